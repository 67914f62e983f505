package dev.uprobe.e2e.cluster;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests on the cluster that KUBECONFIG names, with the chart installed; they are skipped where it
 * names none.
 *
 * <p>A test may take a {@link Workspace}, a namespace of its own, and the {@link Installation}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("e2e")
@ExtendWith(ClusterExtension.class)
@interface E2eTest {}
