//! The program that rust.yaml traces: it charges a cart once a second, and panics every third time.

struct Cart {
    total: u64,
}

impl Cart {
    // The compiler may not inline it, so the calls stay calls.
    #[inline(never)]
    fn charge(&mut self, customer: &str, cents: u64) -> u64 {
        if cents % 3 == 0 {
            panic!("no money left for {}", customer);
        }
        self.total += cents;
        self.total
    }
}

fn main() {
    let mut cart = Cart { total: 0 };
    for cents in 1.. {
        let charged = std::panic::AssertUnwindSafe(|| cart.charge("acme", cents));
        match std::panic::catch_unwind(charged) {
            Ok(total) => println!("{}", total),
            Err(_) => println!("not charged"),
        }
        std::thread::sleep(std::time::Duration::from_secs(1));
    }
}
