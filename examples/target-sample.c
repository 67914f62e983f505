/* The program that the examples trace: it calls func once a second. */
#include <stdio.h>
#include <unistd.h>

__attribute__((noinline)) unsigned int func(unsigned int counter)
{
	/* The compiler may not look through this, so the call stays a call. */
	asm volatile("" : "+r"(counter));
	return counter;
}

int main(void)
{
	for (unsigned int counter = 1;; counter++) {
		printf("func(%u) = %u\n", counter, func(counter));
		fflush(stdout);
		sleep(1);
	}
}
