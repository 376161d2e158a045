//! Returning unused memory to the system.

/// Returns freed memory to the system. glibc would keep what lies below memory that is still in use. This takes
/// milliseconds for a hundred megabytes (`malloc_trim(3)`). With other C libraries it does nothing.
pub fn give_back_freed_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        // SAFETY: malloc_trim takes no pointer and may be called by any thread (malloc_trim(3): MT-Safe).
        unsafe {
            libc::malloc_trim(0);
        }
    }
}
