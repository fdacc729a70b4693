// SPDX-License-Identifier: Apache-2.0

//! Tests of the pallet, one file per subject.

mod pools;
mod prices;
mod registry;
