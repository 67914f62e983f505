package dev.uprobe.agent.sys.libc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Calls a listener when the kernel sends SIGIO, which would end the process otherwise. The JDK
 * offers signals nowhere but in {@code sun.misc.Signal} (module jdk.unsupported).
 *
 * <p>By reflection, for javac warns of any other use of it, and no option silences that.
 */
public final class LeaseSignal implements Handle {
  private static final Runnable NOTHING = () -> {};

  private final AtomicReference<Runnable> listener;
  private Optional<Object> before = Optional.empty();

  /**
   * Listens from now on. A listener that is there already is called too.
   *
   * @param listener is called on a thread of the JDK's, by several at once perhaps
   */
  public LeaseSignal(Runnable listener) {
    this.listener = new AtomicReference<>(listener);
    try {
      Class<?> type = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      InvocationHandler calls =
          (proxy, method, arguments) -> {
            if (!method.getName().equals("handle")) {
              return method.invoke(this, arguments);
            }
            this.listener.get().run();
            if (before.isPresent()) {
              method.invoke(before.get(), arguments);
            }
            return null;
          };
      Object signal = type.getConstructor(String.class).newInstance("IO");
      Object proxy =
          Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, calls);
      Object found = type.getMethod("handle", type, handler).invoke(null, signal, proxy);
      // SIG_DFL and SIG_IGN are no handlers to be called.
      this.before = Optional.of(found).filter(each -> Proxy.isProxyClass(each.getClass()));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("This Java cannot handle SIGIO.", e);
    }
  }

  /** Calls the listener no more. The signal stays handled: it would end the process. */
  @Override
  public void close() {
    listener.set(NOTHING);
  }
}
