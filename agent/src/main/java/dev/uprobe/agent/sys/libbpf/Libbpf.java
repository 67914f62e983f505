package dev.uprobe.agent.sys.libbpf;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.Delegate;
import jnr.ffi.annotations.In;
import jnr.ffi.types.size_t;

/** The functions of libbpf (1.0 and later) that the agent calls, named as in libbpf.h and bpf.h. */
public interface Libbpf {

  /**
   * Loads the library.
   *
   * @throws UnsatisfiedLinkError when this host has none
   */
  static Libbpf load() {
    return LibraryLoader.create(Libbpf.class).load("libbpf.so.1");
  }

  /** Returns the runtime that native memory for these calls is allocated in. */
  default Runtime runtime() {
    return Runtime.getRuntime(this);
  }

  String libbpf_version_string();

  /** Sets who gets libbpf's messages; libbpf keeps the pointer, so the caller keeps the object. */
  Pointer libbpf_set_print(Printer printer);

  /** A libbpf_print_fn_t. */
  @FunctionalInterface
  interface Printer {
    @Delegate
    int print(int level, Pointer format, Pointer arguments);
  }

  /** Sets who prepares the programs of a section; libbpf keeps the callbacks' addresses. */
  int libbpf_register_prog_handler(
      String section, int programType, int attachType, @In Pointer options);

  /** A libbpf_prog_prepare_load_fn_t. */
  @FunctionalInterface
  interface PrepareLoad {
    @Delegate
    int prepare(Pointer program, Pointer options, long cookie);
  }

  int libbpf_num_possible_cpus();

  int libbpf_probe_bpf_map_type(int type, Pointer options);

  int libbpf_probe_bpf_helper(int programType, int helper, Pointer options);

  Pointer bpf_object__open_mem(@In Pointer object, @size_t long size, Pointer options);

  int bpf_object__load(Pointer object);

  void bpf_object__close(Pointer object);

  Pointer bpf_object__find_map_by_name(Pointer object, String name);

  Pointer bpf_object__find_program_by_name(Pointer object, String name);

  Pointer bpf_object__next_map(Pointer object, Pointer previous);

  Pointer bpf_object__next_program(Pointer object, Pointer previous);

  String bpf_map__name(Pointer map);

  int bpf_map__fd(Pointer map);

  int bpf_map__reuse_fd(Pointer map, int fd);

  int bpf_map__set_max_entries(Pointer map, int entries);

  int bpf_map__set_key_size(Pointer map, int size);

  int bpf_map__set_autocreate(Pointer map, boolean create);

  int bpf_map__set_value_size(Pointer map, int size);

  int bpf_map__set_initial_value(Pointer map, @In byte[] data, @size_t long size);

  int bpf_map_create(
      int type, String name, int keySize, int valueSize, int maxEntries, Pointer options);

  int bpf_map_update_elem(int fd, Pointer key, Pointer value, long flags);

  int bpf_map_delete_elem(int fd, Pointer key);

  int bpf_map_get_next_key(int fd, Pointer key, Pointer next);

  int bpf_map_lookup_elem(int fd, Pointer key, Pointer value);

  int bpf_map_lookup_batch(
      int fd,
      Pointer from,
      Pointer next,
      Pointer keys,
      Pointer values,
      Pointer count,
      Pointer options);

  int bpf_program__set_autoload(Pointer program, boolean autoload);

  int bpf_program__set_expected_attach_type(Pointer program, int type);

  int bpf_program__set_flags(Pointer program, int flags);

  Pointer bpf_program__insns(Pointer program);

  @size_t
  long bpf_program__insn_cnt(Pointer program);

  int bpf_program__set_insns(Pointer program, @In byte[] instructions, @size_t long count);

  int bpf_program__fd(Pointer program);

  int bpf_prog_test_run_opts(int programFd, Pointer options);

  Pointer bpf_program__attach_uprobe_opts(
      Pointer program, int pid, String path, @size_t long offset, Pointer options);

  int bpf_link__destroy(Pointer link);
}
