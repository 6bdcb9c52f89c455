/* A clock that can be put forward, for one process tree: LD_PRELOAD this, and name in SOAK_CLOCK a file that holds the seconds, as
 * an int64, by which the wall clock is ahead. Files age with the clock of the kernel, so their times are put forward too. Waits for a
 * moment of the wall clock are handed on as the kernel counts it. Linux with glibc; see clock.py. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const int64_t zero;
static const volatile int64_t *ahead = &zero;

__attribute__((constructor)) static void begin(void) {
    const char *name = getenv("SOAK_CLOCK");
    int file = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *seen = mmap(NULL, sizeof *ahead, PROT_READ, MAP_SHARED, file, 0);
    if (seen != MAP_FAILED) ahead = seen;
    close(file);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int failed = syscall(SYS_clock_gettime, clock, now);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += *ahead;
    return failed;
}

int gettimeofday(struct timeval *now, void *zone) {
    (void)zone;
    struct timespec exact;
    int failed = clock_gettime(CLOCK_REALTIME, &exact);
    *now = (struct timeval){exact.tv_sec, exact.tv_nsec / 1000};
    return failed;
}

time_t time(time_t *out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}

/* The function of libc behind one of ours, looked up once. */
#define NEXT(name)                                        \
    ({                                                    \
        static __typeof__(&name) next;                    \
        if (!next) next = (__typeof__(&name))dlsym(RTLD_NEXT, #name); \
        next;                                             \
    })

static struct timespec real(const struct timespec *until) {
    struct timespec moment = *until;
    if (moment.tv_sec > 1000000000) moment.tv_sec -= *ahead; /* else it counts from the start of the machine */
    return moment;
}

int sem_timedwait(sem_t *semaphore, const struct timespec *until) {
    struct timespec moment = real(until);
    return NEXT(sem_timedwait)(semaphore, &moment);
}

int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *until) {
    struct timespec moment = real(until);
    return NEXT(pthread_cond_timedwait)(condition, mutex, &moment);
}

#define FORWARD(call, about)                    \
    int failed = (call);                        \
    if (!failed) {                              \
        (about)->st_mtim.tv_sec += *ahead;      \
        (about)->st_ctim.tv_sec += *ahead;      \
        (about)->st_atim.tv_sec += *ahead;      \
    }                                           \
    return failed;

int stat(const char *path, struct stat *about) { FORWARD(NEXT(stat)(path, about), about) }
int lstat(const char *path, struct stat *about) { FORWARD(NEXT(lstat)(path, about), about) }
int fstat(int file, struct stat *about) { FORWARD(NEXT(fstat)(file, about), about) }
int fstatat(int folder, const char *path, struct stat *about, int flags) {
    FORWARD(NEXT(fstatat)(folder, path, about, flags), about)
}
int stat64(const char *path, struct stat64 *about) { FORWARD(NEXT(stat64)(path, about), about) }
int lstat64(const char *path, struct stat64 *about) { FORWARD(NEXT(lstat64)(path, about), about) }
int fstat64(int file, struct stat64 *about) { FORWARD(NEXT(fstat64)(file, about), about) }
int fstatat64(int folder, const char *path, struct stat64 *about, int flags) {
    FORWARD(NEXT(fstatat64)(folder, path, about, flags), about)
}
