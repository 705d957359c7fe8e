/* Preloaded: a disk whose flush takes as many milliseconds as FLUSH_MS says, as those without a battery do. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static void wait_for_the_disk(void) {
    const char *milliseconds = getenv("FLUSH_MS");
    if (milliseconds)
        usleep((useconds_t)(atof(milliseconds) * 1000));
}

int fsync(int file) {
    wait_for_the_disk();
    return (int)syscall(SYS_fsync, file);
}

int fdatasync(int file) {
    wait_for_the_disk();
    return (int)syscall(SYS_fdatasync, file);
}
