package dev.uprobe.agent.containers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CgroupPathTest {
  private static final String UID = "0f3c1c8e-6d5b-4f0e-9a55-2b7f6f0f4f11";
  private static final String STATIC_UID = "d81bd2dc0b9b3c1d4f6ad1d2a2d7b5a0";
  private static final String ID =
      "3f4a9d1b6c0e2f758894a1bcde0f12233445566778899aabbccddeeff0011223";
  private static final String OTHER = "a".repeat(64);

  /** In the paths below, UID stands for a pod's, U_I_D for the same with underscores. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        // cgroupfs: the runtime's name for the container is its id, but for CRI-O's.
        "/kubepods/burstable/podUID/ID",
        "/kubepods/besteffort/podUID/ID",
        "/kubepods/podUID/ID",
        "/kubepods/burstable/podUID/crio-ID",
        "/kubelet/kubepods/burstable/podUID/ID",
        "/docker/OTHER/kubelet/kubepods/besteffort/podUID/ID",
        // systemd: containerd, CRI-O, cri-dockerd, and the kubelet of kind.
        "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-podU_I_D.slice/cri-containerd-ID.scope",
        "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-podU_I_D.slice/crio-ID.scope",
        "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-podU_I_D.slice/docker-ID.scope",
        "/kubepods.slice/kubepods-podU_I_D.slice/cri-containerd-ID.scope",
        "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-podU_I_D.slice/cri-containerd-ID.scope",
        "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-podU_I_D.slice/cri-containerd-ID.scope",
        "/system.slice/docker-OTHER.scope/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-podU_I_D.slice/cri-containerd-ID.scope",
        // containerd with the cgroupfs driver below a kubelet with systemd's.
        "/system.slice/containerd.service/kubepods-burstable-podU_I_D.slice:cri-containerd:ID",
        "/kubepods-besteffort-podU_I_D.slice:crio:ID",
        // What programs in the container make below their own cgroup.
        "/kubepods.slice/kubepods-podU_I_D.slice/crio-ID.scope/container",
        "/kubepods/burstable/podUID/ID/docker/OTHER",
        "/kubepods/burstable/podUID/ID/system.slice/cron.service",
        "/kubepods/burstable/podUID/ID/kubepods/podffffffff-ffff-ffff-ffff-ffffffffffff/OTHER",
        // As a reader in another pod sees them: relative to its own cgroup.
        "/../../podUID/ID",
        "/../../../besteffort/podUID/ID",
        "/../../kubepods-burstable-podU_I_D.slice/cri-containerd-ID.scope",
        "/../../../kubepods-podU_I_D.slice/crio-ID.scope",
      })
  void findsThePodAndTheContainer(String path) {
    assertEquals(Optional.of(new ContainerId(UID, ID)), CgroupPath.parse("0::" + real(path)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/kubepods/burstable/podSTATIC/ID",
        "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-podSTATIC.slice/cri-containerd-ID.scope",
      })
  void findsStaticPodsByTheirHash(String path) {
    assertEquals(
        Optional.of(new ContainerId(STATIC_UID, ID)), CgroupPath.parse("0::" + real(path)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "",
        "/init.scope",
        "/system.slice/ssh.service",
        "/user.slice/user-1000.slice/session-3.scope",
        "/system.slice/docker-ID.scope",
        "/docker/ID",
        "/kubepods.slice/kubepods-burstable.slice",
        "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-podU_I_D.slice",
        "/kubepods/burstable/podUID",
        // CRI-O's watcher of a container is not in the container.
        "/kubepods.slice/kubepods-podU_I_D.slice/crio-conmon-ID.scope",
        "/kubepods/burstable/podUID/crio-conmon-ID",
        "/kubepods/burstable/podUID/abcdef",
        "/kubepods/burstable/pod1234/ID",
        "/kubepods/burstable/mypodUID/ID",
        "/kubepods/burstable/podUID.slice/ID",
        // A sibling in the reader's own pod: the pod is not named.
        "/../ID",
        "/../cri-containerd-ID.scope",
      })
  void knowsWhatIsNoContainerOfAPod(String path) {
    assertEquals(Optional.empty(), CgroupPath.parse("0::" + real(path)));
  }

  @Test
  void readsVersion1() {
    String text =
        """
        12:pids:/kubepods/burstable/podUID/ID
        11:perf_event:/kubepods/burstable/podUID/ID
        4:cpu,cpuacct:/kubepods/burstable/podUID/ID
        1:name=systemd:/kubepods/burstable/podUID/ID
        """;
    assertEquals(Optional.of(new ContainerId(UID, ID)), CgroupPath.parse(real(text)));
  }

  @Test
  void readsBothVersionsTogether() {
    String text =
        """
        12:pids:/
        4:memory:/kubepods.slice/kubepods-podU_I_D.slice/cri-containerd-ID.scope
        1:name=systemd:/kubepods.slice/kubepods-podU_I_D.slice/cri-containerd-ID.scope
        0::/system.slice/containerd.service
        """;
    assertEquals(Optional.of(new ContainerId(UID, ID)), CgroupPath.parse(real(text)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "0", "0:", "0::", "::::::::", "no cgroup file at all"})
  void findsNothingInOtherText(String text) {
    assertEquals(Optional.empty(), CgroupPath.parse(text));
  }

  @Test
  void readsTheLongestPathsQuickly() {
    String deep = "0::/" + "kubepods-".repeat(500) + "/pod".repeat(1000) + "\n";
    assertEquals(Optional.empty(), CgroupPath.parse(deep.repeat(15)));
  }

  private static String real(String text) {
    return text.replace("U_I_D", UID.replace('-', '_'))
        .replace("UID", UID)
        .replace("STATIC", STATIC_UID)
        .replace("OTHER", OTHER)
        .replace("ID", ID);
  }
}
