/* The English system texts of error numbers, as FormatMessageW gives them (winerror.h).
 *
 * The texts of HCS come in two vintages: builds before 2018's speak of compute systems. Of the
 * older ones those for 0101, 0105, 0106, 0108 and 0109 are quoted in reports; the others are
 * modelled on them. */
#include "fakes/os/os.h"

/* X(low word, text, older text or NULL) */
#define HCS_TEXTS(X)                                                                               \
    X(0x0100u, "The virtual machine or container exited unexpectedly while starting.",             \
      "The compute system was terminated while starting.")                                         \
    X(0x0101u, "The container operating system does not match the host operating system.",         \
      "The operating system of the container does not match the operating system of the host.")    \
    X(0x0102u,                                                                                     \
      "The virtual machine could not be started because a required feature is not installed.",     \
      "The Hyper-V component is not installed.")                                                   \
    X(0x0103u, "A virtual machine or container operation is in progress.",                         \
      "A Compute System operation is currently in progress.")                                      \
    X(0x0104u,                                                                                     \
      "The maximum number of callbacks has been registered for this virtual machine or "           \
      "container.",                                                                                \
      NULL)                                                                                        \
    X(0x0105u,                                                                                     \
      "The requested virtual machine or container operation is not valid in the current state.",   \
      "The requested compute system operation is not valid in the current state.")                 \
    X(0x0106u, "The virtual machine or container exited unexpectedly.",                            \
      "The compute system exited unexpectedly.")                                                   \
    X(0x0107u, "The virtual machine or container was forcefully exited.",                          \
      "The compute system was forcefully terminated.")                                             \
    X(0x0108u, "A connection could not be established with the container or virtual machine.",     \
      "A connection could not be established with the Virtual Machine hosting the Container.")     \
    X(0x0109u,                                                                                     \
      "The operation timed out because a response was not received from the virtual "              \
      "machine or container.",                                                                     \
      "The operation timed out because a response was not received from the Virtual Machine "      \
      "hosting the Container.")                                                                    \
    X(0x010Au, "The connection with the virtual machine or container was closed.",                 \
      "The connection with the Virtual Machine hosting the container was closed.")                 \
    X(0x010Bu, "An unknown internal message was received by the virtual machine or container.",    \
      "An unknown internal message was received by the Hyper-V Compute Service.")                  \
    X(0x010Cu,                                                                                     \
      "The virtual machine or container does not support an available version of the "             \
      "communication protocol with the host.",                                                     \
      NULL)                                                                                        \
    X(0x010Du, "The virtual machine or container JSON document is invalid.",                       \
      "The JSON document is invalid.")                                                             \
    X(0x010Eu, "A virtual machine or container with the specified identifier does not exist.",     \
      "A Compute System with the specified identifier does not exist.")                            \
    X(0x010Fu, "A virtual machine or container with the specified identifier already exists.",     \
      "A Compute System with the specified identifier already exists.")                            \
    X(0x0110u, "The virtual machine or container with the specified identifier is not running.",   \
      "The Compute System with the specified identifier did already stop.")                        \
    X(0x0111u,                                                                                     \
      "A communication protocol error has occurred between the virtual machine or "                \
      "container and the host.",                                                                   \
      NULL)                                                                                        \
    X(0x0112u, "The container image contains a layer with an unrecognized format.", NULL)          \
    X(0x0113u,                                                                                     \
      "To use this container image, you must join the Windows Insider Program. Please see "        \
      "https://go.microsoft.com/fwlink/?linkid=850659 for more information.",                      \
      NULL)

/* Those that only exist in the newer form. */
#define HCS_TEXTS_2018(X)                                                                          \
    X(0x0114u, "The operation could not be started because a required feature is not installed.",  \
      NULL)                                                                                        \
    X(0x0115u, "The operation has not started.", NULL)                                             \
    X(0x0116u, "The operation is already running.", NULL)                                          \
    X(0x0117u, "The operation is still running.", NULL)                                            \
    X(0x0118u, "The operation did not complete in time.", NULL)                                    \
    X(0x0119u, "An event callback has already been registered on this handle.", NULL)              \
    X(0x011Au, "Not enough memory available to return the result of the operation.", NULL)         \
    X(0x011Bu,                                                                                     \
      "Insufficient privileges. Only administrators or users that are members of the Hyper-V "     \
      "Administrators user group are permitted to access virtual machines or containers. To add "  \
      "yourself to the Hyper-V Administrators user group, please see "                             \
      "https://aka.ms/hcsadmin for more information.",                                             \
      NULL)                                                                                        \
    X(0x011Cu,                                                                                     \
      "The virtual machine or container reported a critical error and was stopped or restarted.",  \
      NULL)                                                                                        \
    X(0x011Du, "The process information is not available.", NULL)                                  \
    X(0x011Eu, "The host compute system service has disconnected unexpectedly.", NULL)             \
    X(0x011Fu, "The process has already exited.", NULL)

/* Of those that clients or users show, and where winerror.h is plain, the text is theirs; the others
 * say what the name says. */
#define HNS_TEXTS(X)                                                                               \
    X(0x0001u, "The network was not found.")                                                       \
    X(0x0002u, "The endpoint was not found.")                                                      \
    X(0x0003u, "The network's underlying layer was not found.")                                    \
    X(0x0004u, "The virtual switch was not found.")                                                \
    X(0x0005u, "The network does not have a subnet for this endpoint.")                            \
    X(0x0006u, "An adapter was not found.")                                                        \
    X(0x0007u, "The switch-port was not found.")                                                   \
    X(0x0008u, "An expected policy was not found.")                                                \
    X(0x0009u, "A required VFP port setting was not found.")                                       \
    X(0x000Au, "The provided network configuration is invalid or missing parameters.")             \
    X(0x000Bu, "Invalid network type.")                                                            \
    X(0x000Cu, "The provided endpoint configuration is invalid or missing parameters.")            \
    X(0x000Du, "The provided policy configuration is invalid or missing parameters.")              \
    X(0x000Eu, "Invalid policy type.")                                                             \
    X(0x000Fu, "This requested operation is invalid for a remote endpoint.")                       \
    X(0x0010u, "A network with this name already exists.")                                         \
    X(0x0011u, "A network with this name already exists.")                                         \
    X(0x0012u, "Policy information already exists on this object.")                                \
    X(0x0013u, "The specified port already exists.")                                               \
    X(0x0014u, "This endpoint is already attached to the switch.")                                 \
    X(0x0015u, "The specified request is unsupported.")                                            \
    X(0x0016u, "Port mapping is not supported on the given network.")                              \
    X(0x0017u, "There was an operation attempted on a degraded object.")                           \
    X(0x0018u, "Cannot modify a switch shared by multiple networks.")                              \
    X(0x0019u, "Failed to interpret a parameter as a GUID.")                                       \
    X(0x001Au, "Failed to process registry key.")                                                  \
    X(0x001Bu, "Invalid JSON document string.")                                                    \
    X(0x001Cu, "The reference is invalid in the JSON document.")                                   \
    X(0x001Du, "Endpoint sharing is disabled.")                                                    \
    X(0x001Eu, "IP address is either invalid or not part of any configured subnet(s).")            \
    X(0x001Fu, "The specified switch extension does not exist on this switch.")                    \
    X(0x0020u, "Operation cannot be performed while service is stopping.")                         \
    X(0x0021u, "Operation cannot be performed while service module not found.")                    \
    X(0x0022u, "Non-critical: no request handlers were found.")                                    \
    X(0x0023u, "The specified request is not supported.")                                          \
    X(0x0024u, "Runtime keys have failed.")                                                        \
    X(0x0025u, "The time to wait for the network adapter is over.")                                \
    X(0x0026u, "The network adapter was not found.")                                               \
    X(0x0027u, "The network compartment was not found.")                                           \
    X(0x0028u, "The network interface was not found.")                                             \
    X(0x0029u, "A default namespace already exists.")                                              \
    X(0x002Au, "Internet Connection Sharing service (SharedAccess) is disabled and cannot be "     \
               "started.")                                                                         \
    X(0x002Bu, "This requested operation is invalid as endpoint is already part of a network "     \
               "namespace.")                                                                       \
    X(0x002Cu, "The specified entity cannot be removed while it still has references.")            \
    X(0x002Du, "The internal port must exist and cannot be zero.")                                 \
    X(0x002Eu, "The requested operation for attach namespace failed.")                             \
    X(0x002Fu, "An address provided is invalid or reserved.")                                      \
    X(0x0030u, "The prefix provided is invalid.")                                                  \
    X(0x0031u, "A call was performed against an object that was torn down.")                       \
    X(0x0032u, "The provided subnet configuration is invalid or missing parameters.")              \
    X(0x0033u, "The provided IP subnet configuration is invalid or missing parameters.")           \
    X(0x0034u, "The endpoint must be attached to complete the operation.")                         \
    X(0x0035u, "The endpoint must be local to complete the operation.")                            \
    X(0x0036u, "Cannot apply more than one InterfaceParameters policy.")                           \
    X(0x0037u, "The virtual filtering platform is not allowed here.")

#define ROW_HCS(low, text, before)       {0x80370000u | (low), (text), (before)},
#define ROW_VMCOMPUTE(low, text, before) {0xC0370000u | (low), (text), (before)},
#define ROW_HNS(low, text)               {0x803B0000u | (low), (text), NULL},

static const struct fake_os_message os_messages[] = {
    {0, "The operation completed successfully.", NULL},
    {1, "Incorrect function.", NULL},
    {2, "The system cannot find the file specified.", NULL},
    {3, "The system cannot find the path specified.", NULL},
    {5, "Access is denied.", NULL},
    {6, "The handle is invalid.", NULL},
    {8, "Not enough memory resources are available to process this command.", NULL},
    {13, "The data is invalid.", NULL},
    {14, "Not enough memory resources are available to complete this operation.", NULL},
    {17, "The system cannot move the file to a different disk drive.", NULL},
    {18, "There are no more files.", NULL},
    {19, "The media is write protected.", NULL},
    {20, "The system cannot find the device specified.", NULL},
    {21, "The device is not ready.", NULL},
    {31, "A device attached to the system is not functioning.", NULL},
    {32, "The process cannot access the file because it is being used by another process.", NULL},
    {33,
     "The process cannot access the file because another process has locked a portion of the "
     "file.",
     NULL},
    {38, "Reached the end of the file.", NULL},
    {50, "The request is not supported.", NULL},
    {53, "The network path was not found.", NULL},
    {80, "The file exists.", NULL},
    {87, "The parameter is incorrect.", NULL},
    {109, "The pipe has been ended.", NULL},
    {112, "There is not enough space on the disk.", NULL},
    {121, "The semaphore timeout period has expired.", NULL},
    {122, "The data area passed to a system call is too small.", NULL},
    {123, "The filename, directory name, or volume label syntax is incorrect.", NULL},
    {126, "The specified module could not be found.", NULL},
    {127, "The specified procedure could not be found.", NULL},
    {145, "The directory is not empty.", NULL},
    {161, "The specified path is invalid.", NULL},
    {170, "The requested resource is in use.", NULL},
    {183, "Cannot create a file when that file already exists.", NULL},
    {203, "The system could not find the environment option that was entered.", NULL},
    {206, "The filename or extension is too long.", NULL},
    {231, "All pipe instances are busy.", NULL},
    {232, "The pipe is being closed.", NULL},
    {233, "No process is on the other end of the pipe.", NULL},
    {234, "More data is available.", NULL},
    {258, "The wait operation timed out.", NULL},
    {259, "No more data is available.", NULL},
    {267, "The directory name is invalid.", NULL},
    {317, "The system cannot find message text for message number 0x%1 in the message file for %2.",
     NULL},
    {995,
     "The I/O operation has been aborted because of either a thread exit or an application "
     "request.",
     NULL},
    {997, "Overlapped I/O operation is in progress.", NULL},
    {1018, "Illegal operation attempted on a registry key that has been marked for deletion.",
     NULL},
    {1051,
     "A stop control has been sent to a service that other running services are dependent "
     "on.",
     NULL},
    {1052, "The requested control is not valid for this service.", NULL},
    {1053, "The service did not respond to the start or control request in a timely fashion.",
     NULL},
    {1054, "A thread could not be created for the service.", NULL},
    {1055, "The service database is locked.", NULL},
    {1056, "An instance of the service is already running.", NULL},
    {1057,
     "The account name is invalid or does not exist, or the password is invalid for the "
     "account name specified.",
     NULL},
    {1058,
     "The service cannot be started, either because it is disabled or because it has no "
     "enabled devices associated with it.",
     NULL},
    {1059, "Circular service dependency was specified.", NULL},
    {1060, "The specified service does not exist as an installed service.", NULL},
    {1061, "The service cannot accept control messages at this time.", NULL},
    {1062, "The service has not been started.", NULL},
    {1063, "The service process could not connect to the service controller.", NULL},
    {1064, "An exception occurred in the service when handling the control request.", NULL},
    {1065, "The database specified does not exist.", NULL},
    {1066, "The service has returned a service-specific error code.", NULL},
    {1067, "The process terminated unexpectedly.", NULL},
    {1068, "The dependency service or group failed to start.", NULL},
    {1069, "The service did not start due to a logon failure.", NULL},
    {1070, "After starting, the service hung in a start-pending state.", NULL},
    {1071, "The specified service database lock is invalid.", NULL},
    {1072, "The specified service has been marked for deletion.", NULL},
    {1073, "The specified service already exists.", NULL},
    {1113, "No mapping for the Unicode character exists in the target multi-byte code page.", NULL},
    {1168, "Element not found.", NULL},
    {1243, "The specified service does not exist.", NULL},
    {1314, "A required privilege is not held by the client.", NULL},
    {1326, "The user name or password is incorrect.", NULL},
    {1338, "The security descriptor structure is invalid.", NULL},
    {1450, "Insufficient system resources exist to complete the requested service.", NULL},
    {1455, "The paging file is too small for this operation to complete.", NULL},
    {1460, "This operation returned because the timeout period expired.", NULL},
    {1717, "The interface is unknown.", NULL},
    {1722, "The RPC server is unavailable.", NULL},
    {1726, "The remote procedure call failed.", NULL},
    {1727, "The remote procedure call failed and did not execute.", NULL},
    {1753, "There are no more endpoints available from the endpoint mapper.", NULL},
    {4312, "The object identifier does not represent a valid object.", NULL},
    {5010, "The object already exists.", NULL},
    {0x80004001u, "Not implemented", NULL},
    {0x80004003u, "Invalid pointer", NULL},
    {0x80004005u, "Unspecified error", NULL},
    {0x8000FFFFu, "Catastrophic failure", NULL},
    HCS_TEXTS(ROW_HCS) HCS_TEXTS_2018(ROW_HCS) HNS_TEXTS(ROW_HNS) HCS_TEXTS(ROW_VMCOMPUTE)};

const struct fake_os_message *fake_os_messages(size_t *count)
{
    *count = sizeof(os_messages) / sizeof(os_messages[0]);
    return os_messages;
}
