/* The program that usdt.yaml traces: it takes an order once a second, and refuses every third one. */
#include <cstdio>
#include <stdexcept>
#include <sys/sdt.h>
#include <unistd.h>

static void order(const char *customer, int cents)
{
	DTRACE_PROBE2(shop, order, customer, cents);
	if (cents % 3 == 0)
		throw std::runtime_error("no money left");
	std::printf("%s: %d\n", customer, cents);
}

int main()
{
	for (int cents = 1;; cents++) {
		try {
			order("acme", cents);
		} catch (const std::runtime_error &e) {
			std::printf("%s\n", e.what());
		}
		std::fflush(stdout);
		sleep(1);
	}
}
