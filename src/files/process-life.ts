/** Whether a process of this machine has not ended, or has and its parent hasn't asked how. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    // EPERM: it lives, as somebody else's.
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}
