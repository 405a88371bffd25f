/* The program `drydock`: puts the parts together. */
#include "scenarios/cli/cli.h"

int main(int argc, char **argv)
{
    struct cli cli = {.in = stdin, .out = stdout, .err = stderr};
    cli_attach(&cli);
    int result = drydock_main(argc, argv, &cli);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        (void)fputs("drydock: cannot write to standard output\n", stderr);
        result = CLI_BROKEN;
    }
    return result;
}
