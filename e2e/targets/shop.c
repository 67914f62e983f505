/* Charges a card five times a second: for the customer that is named, 1, 2, 3, ... cents. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

__attribute__((noinline)) int charge_card(const char *customer, unsigned long cents)
{
	/* The compiler may not look through this, so the call stays a call. */
	asm volatile("" : "+r"(customer), "+r"(cents));
	return cents % 2;
}

int main(int argc, char **argv)
{
	const char *customer = argc > 1 ? argv[1] : "nobody";

	for (unsigned long cents = 1;; cents++) {
		charge_card(customer, cents);
		if (!getenv("HOME"))
			setenv("HOME", "/", 1);
		usleep(200 * 1000);
	}
}
