// SPDX-License-Identifier: Apache-2.0

//! Tests of the pallet, one file per subject.

mod adversarial;
mod certificates;
mod epochs;
mod evidence;
mod fuzz;
mod genesis;
mod members;
mod obsolete;
