// SPDX-License-Identifier: Apache-2.0

//! Tests of the pallet, by subject.

mod genesis;
mod keys;
mod proofs;
mod try_state;

use polkadot_sdk::*;

use crate::{mock::*, trapdoor::Trapdoor};
use frame_support::assert_ok;
use ligature_primitives::constants::{JoinClass, SizeClass};
use pallet_rollup::CircuitId;

/// The version of most tests.
const VERSION: u16 = 1;

fn chain(class: u8) -> CircuitId {
	CircuitId::Chain(SizeClass::new(class).unwrap())
}

fn join(class: u8) -> CircuitId {
	CircuitId::Join(JoinClass::new(class).unwrap())
}

/// Registers the key of a trapdoor.
fn register(version: u16, circuit: CircuitId, number: u64) {
	let key = Box::new(Trapdoor::new(number).key_bytes());
	assert_ok!(ProofVerifier::register_key(RuntimeOrigin::root(), version, circuit, key));
}

/// Brings the chain to where the notice of what was registered in the first block of a test is over.
fn pass_notice() {
	System::set_block_number(START + NOTICE);
}
