/*
 * Preloaded into keepalived: answers its IPVS socket options with success, so that its checkers run on a kernel that has
 * no IPVS. What it would have put into the table is in its log.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>
#include <sys/socket.h>

/* IPPROTO_IP, IP_VS_BASE_CTL and what follows (linux/ip_vs.h). */
static int is_ipvs(int level, int name) { return level == 0 && name >= 1152 && name < 1200; }

int getsockopt(int fd, int level, int name, void *value, socklen_t *length) {
  static int (*real)(int, int, int, void *, socklen_t *);
  if (is_ipvs(level, name)) {
    memset(value, 0, *length);
    return 0;
  }
  if (!real) real = dlsym(RTLD_NEXT, "getsockopt");
  return real(fd, level, name, value, length);
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t length) {
  static int (*real)(int, int, int, const void *, socklen_t);
  if (is_ipvs(level, name)) return 0;
  if (!real) real = dlsym(RTLD_NEXT, "setsockopt");
  return real(fd, level, name, value, length);
}
