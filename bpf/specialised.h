/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the agent wrote for this probe; the verifier knows it as constants. */
#ifndef UPROBE_SPECIALISED_H
#define UPROBE_SPECIALISED_H

#include "config.h"

/* A section of its own, so that the agent finds the config at offset 0 whatever else is read-only. */
const volatile struct config config SEC(".rodata.config");

#endif
