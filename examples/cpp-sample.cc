/* The program that cpp.yaml traces: it fills a cart, some things once a second. */
#include <cstdio>
#include <string>
#include <unistd.h>

namespace shop {

class Cart {
public:
	void add(int cents);
	void add(const std::string &name, int cents);

private:
	int total = 0;
};

/* The compiler may not inline these, so the calls stay calls. */
__attribute__((noinline)) void Cart::add(int cents)
{
	total += cents;
	std::printf("total: %d\n", total);
	std::fflush(stdout);
}

__attribute__((noinline)) void Cart::add(const std::string &name, int cents)
{
	std::printf("%s\n", name.c_str());
	add(cents);
}

} // namespace shop

int main()
{
	shop::Cart cart;
	for (int cents = 1;; cents++) {
		cart.add(cents);
		cart.add("book", cents * 100);
		sleep(1);
	}
}
