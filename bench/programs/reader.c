/*
 * The rival of the agent's reader: takes recorded records of two long arguments, and writes the JSON that the agent
 * writes, with fprintf. Usage: reader RECORDS ROUNDS OUTPUT; prints records a second.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct record {
	uint64_t time_ns, duration_ns;
	uint32_t probe, function, pid, tid, cpu, unreadable;
	char comm[16];
	uint32_t mount_namespace, reserved;
	int64_t first, second;
};

static void write_json(FILE *out, const struct record *record, int64_t clock_offset)
{
	int64_t wall = record->time_ns + clock_offset;
	time_t seconds = wall / 1000000000;
	struct tm tm;

	gmtime_r(&seconds, &tm);
	fprintf(out,
		"{\"time\":\"%04d-%02d-%02dT%02d:%02d:%02d.%09ldZ\",\"trace\":\"%s\",\"probe\":\"%s\",\"type\":\"Entry\","
		"\"function\":\"%s\",\"node\":\"%s\",\"comm\":\"%.16s\",\"pid\":%u,\"tid\":%u,\"cpu\":%u,"
		"\"args\":{\"first\":%ld,\"second\":%ld},\"message\":\"%s(first=%ld, second=%ld)\"}\n",
		tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, (long)(wall % 1000000000),
		"bench", "ints", "hit_ints", "node", record->comm, record->pid, record->tid, record->cpu, (long)record->first,
		(long)record->second, "hit_ints", (long)record->first, (long)record->second);
}

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	FILE *in = fopen(argv[1], "rb"), *out = fopen(argv[3], "wb");
	static struct record records[65536];

	if (!in || !out)
		return 1;
	size_t count = fread(records, sizeof(*records), 65536, in);
	long rounds = atol(argv[2]);
	struct timespec real, mono;
	clock_gettime(CLOCK_REALTIME, &real);
	clock_gettime(CLOCK_MONOTONIC, &mono);
	int64_t offset = (real.tv_sec - mono.tv_sec) * 1000000000L + real.tv_nsec - mono.tv_nsec;
	struct timespec start, end;
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (long i = 0; i < rounds; i++)
		for (size_t j = 0; j < count; j++)
			write_json(out, &records[j], offset);
	fflush(out);
	clock_gettime(CLOCK_MONOTONIC, &end);
	double seconds = end.tv_sec - start.tv_sec + (end.tv_nsec - start.tv_nsec) / 1e9;
	printf("%.0f\n", rounds * count / seconds);
	return 0;
}
