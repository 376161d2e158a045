// Stops a process on Windows, which has no signal for that.
import { execFileSync } from 'node:child_process';

const TYPE = `Add-Type -Namespace Forkwire -Name Native -MemberDefinition '
[DllImport("ntdll.dll")] public static extern int NtSuspendProcess(IntPtr process);
[DllImport("ntdll.dll")] public static extern int NtResumeProcess(IntPtr process);';`;

const scripts = {
  suspend: (pid) => `${TYPE} exit [Forkwire.Native]::NtSuspendProcess((Get-Process -Id ${pid}).Handle)`,
  resume: (pid) => `${TYPE} exit [Forkwire.Native]::NtResumeProcess((Get-Process -Id ${pid}).Handle)`,
  wait: (pid) => `Wait-Process -Id ${pid} -Timeout 30 -ErrorAction SilentlyContinue`,
};

/**
 * Wine has no PowerShell. There, FORKWIRE_HOLD names a program that does the same (scripts/lib/foreign/hold.c).
 *
 * @param {'suspend' | 'resume' | 'wait'} what wait: until it is gone, while this thread does nothing else
 * @param {number} pid
 */
export function hold(what, pid) {
  const program = process.env.FORKWIRE_HOLD;
  if (program) {
    execFileSync(program, [what, String(pid)], { timeout: 40_000 });
    return;
  }
  const encoded = Buffer.from(scripts[what](pid), 'utf16le').toString('base64');
  execFileSync('powershell', ['-NoProfile', '-NonInteractive', '-EncodedCommand', encoded], {
    stdio: 'ignore',
  });
}
