// The same in C++: a method with a mangled name.
#include <unistd.h>

namespace shop {
class Cart {
 public:
  __attribute__((noinline)) int charge(const char *customer, unsigned long cents) {
    asm volatile("" : "+r"(customer), "+r"(cents));
    return static_cast<int>(cents % 2);
  }
};
}  // namespace shop

int main(int argc, char **argv) {
  shop::Cart cart;
  for (unsigned long cents = 1;; cents++) {
    cart.charge(argc > 1 ? argv[1] : "nobody", cents);
    usleep(200 * 1000);
  }
}
