/*
 * The program of stack.yaml: two functions that call a third. Stacks need frame pointers:
 * gcc -O1 -fno-omit-frame-pointer -fno-optimize-sibling-calls
 */
#include <string.h>
#include <unistd.h>

__attribute__((noinline)) int load(const char *key)
{
	/* The compiler may not look through this, so the call stays a call. */
	asm volatile("" : "+r"(key));
	return strlen(key);
}

__attribute__((noinline)) int browse(void)
{
	return load("catalogue") + load("prices");
}

__attribute__((noinline)) int buy(void)
{
	return load("cart") + 1;
}

int main(void)
{
	for (;;) {
		browse();
		buy();
		sleep(1);
	}
}
