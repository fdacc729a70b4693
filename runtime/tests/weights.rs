// SPDX-License-Identifier: Apache-2.0

//! The weights that were measured are those that hold.

use core::any::type_name;
use frame_support::{dispatch::DispatchClass, weights::Weight};
use ligature_primitives::constants::SizeClass;
use ligature_runtime::{Rollup, Runtime, configs::RuntimeBlockWeights};
use polkadot_sdk::*;

#[test]
fn each_pallet_of_the_rollup_should_use_its_measured_weights() {
	for (used, measured) in [
		(type_name::<<Runtime as pallet_rollup::Config>::WeightInfo>(), "pallet_rollup"),
		(
			type_name::<<Runtime as pallet_proof_verifier::Config>::WeightInfo>(),
			"pallet_proof_verifier",
		),
		(type_name::<<Runtime as pallet_root_oracle::Config>::WeightInfo>(), "pallet_root_oracle"),
		(type_name::<<Runtime as pallet_amm::Config>::WeightInfo>(), "pallet_amm"),
	] {
		let expected = format!("ligature_runtime::weights::{measured}::WeightInfo<");
		assert!(used.starts_with(&expected), "{used}");
	}
}

/// In full, and all of them: a quick run, or a figure that somebody has put there, is seen here.
#[test]
fn each_weight_should_be_measured_in_fifty_steps_and_twenty_repeats() {
	for (pallet, file) in [
		("pallet_rollup", include_str!("../src/weights/pallet_rollup.rs")),
		("pallet_proof_verifier", include_str!("../src/weights/pallet_proof_verifier.rs")),
		("pallet_root_oracle", include_str!("../src/weights/pallet_root_oracle.rs")),
		("pallet_amm", include_str!("../src/weights/pallet_amm.rs")),
	] {
		assert!(file.contains(", 50 steps, 20 repeats, on "), "{pallet}");
		let weights = file.matches("-> Weight {").count();
		assert!(weights > 0, "{pallet}");
		assert_eq!(file.matches("// Least time measured: ").count(), weights, "{pallet}");
	}
}

/// The largest weight of ordinary extrinsics in one block.
fn normal_class() -> Weight {
	let weights = RuntimeBlockWeights::get();
	weights.get(DispatchClass::Normal).max_total.expect("ordinary extrinsics are limited; qed")
}

/// Nearly all of a commit is hashing, and a class hashes all of its slots.
#[test]
fn a_commit_should_be_charged_by_its_size_class() {
	let weights = SizeClass::ALL.map(|class| Rollup::commit_weight_of(class, 0).ref_time());
	assert!(weights.is_sorted_by(|smaller, larger| smaller < larger), "{weights:?}");
	let [_, eight, _, many, most] = weights;
	assert!(8 * eight < most, "8 slots are charged {eight}, 512 slots {most}");
	assert!(2 * many < most, "128 slots are charged {many}, 512 slots {most}");
	for (class, weight) in SizeClass::ALL.into_iter().zip(weights).skip(1) {
		// Requests come on top, of whatever class.
		let one = Rollup::commit_weight_of(class, 1).ref_time();
		assert!(one > weight, "class {class}: {weight}, with a request {one}");
	}
}

#[test]
fn a_block_of_128_slots_should_take_a_quarter_of_a_chain_block_at_most() {
	let class = SizeClass::smallest_for(128).expect("there is such a class; qed");
	let slots = class.capacity();
	// Half of the slots pay, which is the most that is signed for; a bundle of two halves and the join.
	let whole = Rollup::commit_weight_of(class, 0)
		.saturating_add(Rollup::prove_weight(3))
		.saturating_add(Rollup::execute_weight(slots / 2, 0));
	let quarter = normal_class().ref_time() / 4;
	assert!(whole.ref_time() <= quarter, "{} of {quarter}", whole.ref_time());
}

#[test]
fn public_data_of_two_thousand_transfers_should_fit_into_a_chain_block() {
	// A transfer takes two slots; two seconds of a thousand transfers each.
	let class = SizeClass::smallest_for(512).expect("there is such a class; qed");
	let blocks = 2 * 2_000 / u64::from(class.capacity()) + 1;
	let whole = Rollup::commit_weight_of(class, 0).ref_time() * blocks;
	assert!(whole <= normal_class().ref_time(), "{whole}");
}
