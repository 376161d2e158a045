//! Memory that the allocator keeps although nobody uses it.

/// Gives freed memory back to the system, where the allocator would keep it: glibc keeps what was freed below
/// something that is still in use. It takes milliseconds for a hundred megabytes. Elsewhere it does nothing.
/// (`malloc_trim(3)`)
pub fn give_back_freed_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        // SAFETY: malloc_trim takes no pointer and may be called by any thread (malloc_trim(3): MT-Safe).
        unsafe {
            libc::malloc_trim(0);
        }
    }
}
