/*
 * The traced program of the benchmarks: one function for each way of tracing, all alike.
 *
 * It reads lines `FUNCTION CALLS` and answers each with the nanoseconds that the calls took.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FUNCTIONS(X) X(none) X(empty) X(ints) X(text) X(rejected) X(unselected) X(pair) X(call) X(bpftrace) X(bcc) X(flood)

/* Bodies differ, so that the linker cannot fold them into one function. */
#define DEFINE(name)                                                          \
	__attribute__((noinline)) long hit_##name(long first, long second)   \
	{                                                                     \
		asm volatile("# " #name ::: "memory");                        \
		return first + second;                                        \
	}
FUNCTIONS(DEFINE)

#define ENTRY(name) {#name, hit_##name},
static const struct {
	const char *name;
	long (*function)(long, long);
} functions[] = {FUNCTIONS(ENTRY)};

static const char text[] = "thirty-one characters and a NUL";

static long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000L + time.tv_nsec;
}

static long timed(int which, long calls)
{
	long first = strcmp(functions[which].name, "text") ? 7 : (long)text;
	long start = now();

	for (long i = 0; i < calls; i++)
		functions[which].function(first, i);
	return now() - start;
}

static void *flood(void *calls)
{
	for (long i = 0; i < (long)calls; i++)
		hit_flood(i, 1);
	return 0;
}

/* Two threads at once: the highest rate that this program can produce on two cores. */
static long flooded(long calls)
{
	pthread_t thread;
	long start = now();

	pthread_create(&thread, 0, flood, (void *)calls);
	flood((void *)calls);
	pthread_join(thread, 0);
	return now() - start;
}

int main(void)
{
	char name[32];
	long calls;

	while (scanf("%31s %ld", name, &calls) == 2) {
		if (!strcmp(name, "flood")) {
			printf("%ld\n", flooded(calls));
		} else {
			for (unsigned i = 0; i < sizeof(functions) / sizeof(*functions); i++)
				if (!strcmp(name, functions[i].name))
					printf("%ld\n", timed(i, calls));
		}
		fflush(stdout);
	}
	return 0;
}
