/* Calls tick(milliseconds since it started, CLOCK_REALTIME in microseconds) about every millisecond. */
#include <time.h>

static long nanoseconds(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return time.tv_sec * 1000000000L + time.tv_nsec;
}

__attribute__((noinline)) void tick(long milliseconds, long microseconds)
{
	asm volatile("" ::"r"(milliseconds), "r"(microseconds) : "memory");
}

int main(void)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	long start = nanoseconds(CLOCK_MONOTONIC);

	for (;;) {
		tick((nanoseconds(CLOCK_MONOTONIC) - start) / 1000000, nanoseconds(CLOCK_REALTIME) / 1000);
		nanosleep(&pause, 0);
	}
}
