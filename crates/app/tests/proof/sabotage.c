/* Lets writes of a database fail: preloaded, and switched by the file that SABOTAGE names. It holds `fsync` or `full`. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static int switched_to(const char *fault) {
    const char *path = getenv("SABOTAGE");
    char word[6] = {0};
    int file = path ? open(path, O_RDONLY) : -1;
    if (file < 0)
        return 0;
    ssize_t length = read(file, word, sizeof word - 1);
    close(file);
    return length > 0 && strcmp(word, fault) == 0;
}

static int fsync_fails(void) { return switched_to("fsync"); }
static int disk_is_full(void) { return switched_to("full"); }

int fsync(int file) {
    if (fsync_fails()) {
        errno = EIO;
        return -1;
    }
    return (int)syscall(SYS_fsync, file);
}

int fdatasync(int file) {
    if (fsync_fails()) {
        errno = EIO;
        return -1;
    }
    return (int)syscall(SYS_fdatasync, file);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off_t offset) {
    if (disk_is_full()) {
        errno = ENOSPC;
        return -1;
    }
    return syscall(SYS_pwrite64, file, bytes, count, offset);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
    return pwrite64(file, bytes, count, offset);
}
