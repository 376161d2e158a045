// Stops a process and lets it go on, or waits until it is gone: hold.exe suspend|resume|wait PID
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

NTSYSAPI LONG NTAPI NtSuspendProcess(HANDLE);
NTSYSAPI LONG NTAPI NtResumeProcess(HANDLE);

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  HANDLE process = OpenProcess(PROCESS_SUSPEND_RESUME | SYNCHRONIZE, FALSE, strtoul(argv[2], NULL, 10));
  if (process == NULL) {
    fprintf(stderr, "OpenProcess: error %lu\n", GetLastError());
    return 1;
  }
  if (strcmp(argv[1], "suspend") == 0) return NtSuspendProcess(process) != 0;
  if (strcmp(argv[1], "resume") == 0) return NtResumeProcess(process) != 0;
  return WaitForSingleObject(process, 30000) != WAIT_OBJECT_0;
}
