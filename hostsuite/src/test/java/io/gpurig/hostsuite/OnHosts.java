package io.gpurig.hostsuite;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Tests on real hosts, one class after the other. What needs none of these hosts runs beside them:
 * the virtual machine of {@link KernelTest}, and Slurm.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(HostsOrSkipped.class)
@Execution(ExecutionMode.SAME_THREAD)
@interface OnHosts {}
