/* The program that fields.yaml and offsets.yaml trace: it charges two customers once a second. */
#include <unistd.h>

struct customer {
	long id;
	const char *name;
	char code[8];
};

struct order {
	struct customer *customer;
	int cents;
	int left;
	unsigned short tags[3];
	double rate;
};

__attribute__((noinline)) int charge(struct order *order, int cents)
{
	order->left -= cents;
	/* The compiler may not look through this, so the call stays a call. */
	asm volatile("" : : "r"(order) : "memory");
	return order->left;
}

int main(void)
{
	struct customer acme = {7, "acme", "AC-1"}, globex = {8, "globex", "GX-2"};

	for (int day = 1;; day++) {
		struct order first = {&acme, 1999, 5000, {1, 2, 3}, 0.25};
		struct order second = {&globex, 50, 100, {4, 5, 6}, 0.5};

		charge(&first, 1999);
		charge(&second, 50);
		sleep(1);
	}
}
