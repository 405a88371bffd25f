/* SDDL by the grammar of Microsoft Learn, "Security descriptor string format" and "ACE strings". */
#include "fakes/fs/sddl.h"

#include "core/base/buf.h"
#include "core/base/limits.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

/* Two-letter codes, one after the other. */
static const char sddl_sids[] =
    "AAACANAOAPAUBABGBOBUCACDCGCNCOCYDADCDDDGDUEAEDEKERESHAHIHOISIUKALALGLSLULWMEMPMSMUNO"
    "NSNUOWPAPOPSPURARCRDRERMRORSRUSASISOSSSUSYUDWDWR";
static const char sddl_rights[] = "GAGRGWGXRCSDWDWORPWPCCDCLCSWLODTCRFAFRFWFXKAKRKWKXNRNWNX";
static const char sddl_ace_flags[] = "OICINPIOIDSAFATPCR";
static const char *const sddl_ace_types[] = {"A",  "D",  "OA", "OD", "AU", "AL", "OU", "OL",
                                             "ML", "XA", "XD", "XU", "ZA", "RA", "SP", "TL"};

#define SDDL_ACE_FIELDS_MIN 6u
#define SDDL_ACE_FIELDS_MAX 7u

static bool sddl_in_pairs(const char *pairs, const char *code)
{
    for (const char *at = pairs; *at != '\0'; at += 2) {
        if (at[0] == code[0] && at[1] == code[1]) {
            return true;
        }
    }
    return false;
}

static bool sddl_all_pairs(const char *pairs, const char *text, size_t len)
{
    if (len % 2 != 0) {
        return false;
    }
    for (size_t i = 0; i < len; i += 2) {
        if (!sddl_in_pairs(pairs, text + i)) {
            return false;
        }
    }
    return true;
}

static bool sddl_digits(const char *text, size_t len, const char *digits)
{
    return len > 0 && strspn(text, digits) >= len;
}

static bool sddl_rights_valid(const char *text, size_t len)
{
    if (len > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
        return len <= 10 && sddl_digits(text + 2, len - 2, "0123456789abcdefABCDEF");
    }
    return sddl_digits(text, len, "0123456789") || sddl_all_pairs(sddl_rights, text, len);
}

/* "BA" or "S-1-5-32-544". */
static bool sddl_sid_valid(const char *text, size_t len)
{
    if (len == 2) {
        return sddl_in_pairs(sddl_sids, text);
    }
    if (len < 7 || strncmp(text, "S-1-", 4) != 0) {
        return false;
    }
    bool digit = false;
    size_t parts = 0;
    for (size_t i = 4; i <= len; i++) {
        bool end = i == len || text[i] == '-';
        if (end && !digit) {
            return false;
        }
        if (!end && (text[i] < '0' || text[i] > '9')) {
            return false;
        }
        parts += end ? 1 : 0;
        digit = !end;
    }
    return parts >= 2 && parts <= 16;
}

static bool sddl_guid_valid(const char *text, size_t len)
{
    if (len == 0) {
        return true;
    }
    static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    if (len != sizeof(form) - 1) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        bool hex = strchr("0123456789abcdefABCDEF", text[i]) != NULL;
        if (form[i] == '-' ? text[i] != '-' : !hex) {
            return false;
        }
    }
    return true;
}

struct sddl_field {
    const char *text;
    size_t len;
};

/* Reads one ACE at *at, which is moved past its closing bracket. Conditions may hold brackets of
 * their own. Answers how many fields it has, 0 when it is none. */
static size_t sddl_ace(const char **at, struct sddl_field fields[SDDL_ACE_FIELDS_MAX])
{
    const char *text = *at;
    if (*text != '(') {
        return 0;
    }
    text++;
    size_t count = 0;
    size_t depth = 1;
    fields[0] = (struct sddl_field){.text = text};
    for (; *text != '\0'; text++) {
        if (*text > ';') {
            continue; /* most are letters, and the signs are all below them */
        }
        depth += *text == '(' ? 1u : 0u;
        depth -= *text == ')' ? 1u : 0u;
        if (depth == 0) {
            fields[count].len = (size_t)(text - fields[count].text);
            *at = text + 1;
            return count + 1;
        }
        if (*text == ';' && depth == 1) {
            fields[count].len = (size_t)(text - fields[count].text);
            if (++count == SDDL_ACE_FIELDS_MAX) {
                return 0;
            }
            fields[count] = (struct sddl_field){.text = text + 1};
        }
    }
    return 0;
}

static bool sddl_ace_valid(const struct sddl_field *fields, size_t count)
{
    if (count < SDDL_ACE_FIELDS_MIN) {
        return false;
    }
    bool type = false;
    for (size_t i = 0; i < sizeof(sddl_ace_types) / sizeof(sddl_ace_types[0]); i++) {
        size_t len = strlen(sddl_ace_types[i]);
        type =
            type || (len == fields[0].len && memcmp(sddl_ace_types[i], fields[0].text, len) == 0);
    }
    return type && sddl_all_pairs(sddl_ace_flags, fields[1].text, fields[1].len) &&
           sddl_rights_valid(fields[2].text, fields[2].len) &&
           sddl_guid_valid(fields[3].text, fields[3].len) &&
           sddl_guid_valid(fields[4].text, fields[4].len) &&
           sddl_sid_valid(fields[5].text, fields[5].len);
}

#define SDDL_NO_ACCESS_CONTROL 0x1u
#define SDDL_PROTECTED         0x2u

/* Moves *at over the flags of an ACL: P, AR, AI and the one word for "no ACL", in any order, each
 * once at most; a second one is left for the caller to stumble over. Answers what was there. */
static unsigned sddl_skip_acl_flags(const char **at)
{
    static const struct {
        const char *word;
        unsigned bit;
    } flags[] = {
        {"NO_ACCESS_CONTROL", SDDL_NO_ACCESS_CONTROL},
        {"P", SDDL_PROTECTED},
        {"AR", 0x4u},
        {"AI", 0x8u},
    };
    unsigned seen = 0;
    bool more = true;
    while (more) {
        more = false;
        for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]) && !more; i++) {
            more = (seen & flags[i].bit) == 0 && wcd_text_has_prefix(*at, flags[i].word);
            if (more) {
                *at += strlen(flags[i].word);
                seen |= flags[i].bit;
            }
        }
    }
    return seen;
}

/* Moves *at over the ACEs of an ACL; false when one of them is not valid. */
static bool sddl_skip_aces(const char **at)
{
    while (**at == '(') {
        struct sddl_field fields[SDDL_ACE_FIELDS_MAX] = {{0}};
        size_t count = sddl_ace(at, fields);
        if (!sddl_ace_valid(fields, count)) {
            return false;
        }
    }
    return true;
}

/* Moves *at over an owner's or a group's SID. */
static bool sddl_skip_sid(const char **at)
{
    size_t len = 2;
    if (wcd_text_has_prefix(*at, "S-")) {
        len = 1 + strspn(*at + 1, "-0123456789");
    }
    if (strlen(*at) < len || !sddl_sid_valid(*at, len)) {
        return false;
    }
    *at += len;
    return true;
}

/* Checks the text; *dacl and *dacl_len are the part from "D:" on, NULL when there is none. */
static bool sddl_scan(const char *sddl, const char **dacl, size_t *dacl_len)
{
    static const char order[] = "OGDS";
    *dacl = NULL;
    *dacl_len = 0;
    const char *at = sddl;
    size_t part = 0;
    while (*at != '\0') {
        while (part < 4 && order[part] != *at) {
            part++;
        }
        if (part == 4 || at[1] != ':') {
            return false;
        }
        const char *start = at;
        at += 2;
        bool acl = order[part] == 'D' || order[part] == 'S';
        if (acl) {
            (void)sddl_skip_acl_flags(&at);
        }
        if (acl ? !sddl_skip_aces(&at) : !sddl_skip_sid(&at)) {
            return false;
        }
        if (order[part] == 'D') {
            *dacl = start;
            *dacl_len = (size_t)(at - start);
        }
        part++;
    }
    return at != sddl;
}

bool fake_sddl_valid(const char *sddl)
{
    const char *dacl = NULL;
    size_t len = 0;
    return sddl_scan(sddl, &dacl, &len);
}

char *fake_sddl_dacl(const char *sddl, bool *present)
{
    const char *dacl = NULL;
    size_t len = 0;
    *present = sddl_scan(sddl, &dacl, &len) && dacl != NULL;
    return *present ? wcd_text_copy_n(dacl, len) : wcd_text_copy("");
}

bool fake_sddl_protected(const char *dacl)
{
    if (!wcd_text_has_prefix(dacl, "D:")) {
        return false;
    }
    const char *at = dacl + 2;
    return (sddl_skip_acl_flags(&at) & (SDDL_PROTECTED | SDDL_NO_ACCESS_CONTROL)) != 0;
}

static bool sddl_has_flag(const struct sddl_field *flags, const char *flag)
{
    for (size_t i = 0; i + 1 < flags->len; i += 2) {
        if (flags->text[i] == flag[0] && flags->text[i + 1] == flag[1]) {
            return true;
        }
    }
    return false;
}

static size_t sddl_put_flag(char *out, size_t len, const char flag[2], bool given)
{
    if (!given) {
        return len;
    }
    memcpy(out + len, flag, 2);
    return len + 2;
}

/* The flags that an inherited entry gets, "" when it is not inherited at all. `creator` marks
 * entries that only wait for the files to come, as do those that are not for folders. */
static void sddl_child_flags(const struct sddl_field *flags, bool directory, bool creator,
                             char out[16])
{
    bool objects = sddl_has_flag(flags, "OI");
    bool containers = sddl_has_flag(flags, "CI");
    bool stop = sddl_has_flag(flags, "NP");
    bool waits = creator || !containers;
    bool passes_on = directory && !stop;
    bool inherited = directory ? containers || (objects && !stop) : objects && !creator;
    if (creator && directory && (!containers || stop)) {
        inherited = false;
    }
    size_t len = 0;
    if (inherited) {
        len = sddl_put_flag(out, len, "OI", passes_on && objects);
        len = sddl_put_flag(out, len, "CI", passes_on && containers);
        len = sddl_put_flag(out, len, "IO", passes_on && waits);
        len = sddl_put_flag(out, len, "ID", true);
    }
    out[len] = '\0';
}

static void sddl_add_own(struct wcd_buf *buf, const char *own)
{
    const char *at = strchr(own, '(');
    while (at != NULL && *at == '(') {
        struct sddl_field fields[SDDL_ACE_FIELDS_MAX] = {{0}};
        const char *start = at;
        if (sddl_ace(&at, fields) == 0) {
            return;
        }
        if (!sddl_has_flag(&fields[1], "ID")) {
            wcd_buf_add(buf, start, (size_t)(at - start));
        }
    }
}

/* CREATOR OWNER stays a placeholder in folders (inherit only) and is left out of files: this host
 * has no owners. */
static void sddl_add_inherited(struct wcd_buf *buf, const char *parent, bool directory)
{
    const char *at = strchr(parent, '(');
    while (at != NULL && *at == '(') {
        struct sddl_field fields[SDDL_ACE_FIELDS_MAX] = {{0}};
        if (sddl_ace(&at, fields) == 0) {
            return;
        }
        char flags[16];
        bool creator = fields[5].len == 2 && memcmp(fields[5].text, "CO", 2) == 0;
        sddl_child_flags(&fields[1], directory, creator, flags);
        if (flags[0] == '\0') {
            continue;
        }
        wcd_buf_char(buf, '(');
        wcd_buf_add(buf, fields[0].text, fields[0].len);
        wcd_buf_char(buf, ';');
        wcd_buf_text(buf, flags);
        wcd_buf_char(buf, ';');
        const char *rest = fields[2].text;
        wcd_buf_add(buf, rest, (size_t)(at - rest));
    }
}

char *fake_sddl_child(const char *parent, const char *own, bool directory)
{
    if (own != NULL && fake_sddl_protected(own)) {
        return wcd_text_copy(own);
    }
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    wcd_buf_text(&buf, "D:AI");
    if (own != NULL) {
        sddl_add_own(&buf, own);
    }
    sddl_add_inherited(&buf, parent, directory);
    return wcd_buf_take(&buf);
}
