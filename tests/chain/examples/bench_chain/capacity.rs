// SPDX-License-Identifier: Apache-2.0

//! How much of the rollup fits into the blocks of one chain, by weight and by length.
//!
//! A block of the rollup is a commit, a proof, a certificate of three signatures and an execution, each an extrinsic. It
//! carries a transfer in two slots, or, with both directions of a swap in turns, a swap in one slot of each chain, but one. The
//! *data* lines count commits only: what the chain would take if nothing but public data were posted.

use polkadot_sdk::*;

use frame_support::{
	dispatch::{DispatchClass, GetDispatchInfo},
	weights::Weight,
};
use ligature_primitives::{
	constants::SizeClass,
	header::{CHAIN_BYTES, HEAD_BYTES},
	vote::MESSAGE_BYTES,
};
use ligature_runtime::{
	MILLISECS_PER_BLOCK, Rollup, RuntimeCall,
	configs::{RuntimeBlockLength, RuntimeBlockWeights},
};

use crate::{
	measured::Bytes,
	print,
	weights::{milliseconds, normal_class},
};

/// Bytes of an extrinsic beside its call: address, signature, extensions; and of a call beside data, proofs and
/// certificate.
const ENVELOPE: f64 = 120.0;
/// Bytes of a proof.
const PROOF: f64 = 192.0;
/// Signatures of a certificate of four members.
const SIGNATURES: usize = 3;

/// What an extrinsic costs a block beside its call.
fn base() -> Weight {
	RuntimeBlockWeights::get().get(DispatchClass::Normal).base_extrinsic
}

fn certificate() -> Weight {
	let certificate = vec![0; MESSAGE_BYTES + 1 + 64 * SIGNATURES].try_into();
	let certificate = certificate.expect("fewer than may sign; qed");
	let call: RuntimeCall = pallet_root_oracle::Call::submit_certificate { certificate }.into();
	call.get_dispatch_info().call_weight
}

/// What of something fits into the blocks of a second, of which one takes so much of a limit.
fn per_second(limit: f64, each: f64, carries: f64) -> f64 {
	limit / each * carries * 1_000.0 / MILLISECS_PER_BLOCK as f64
}

/// Prints transfers and swaps per second, for each size class.
pub fn print_all(bytes: &Bytes) {
	let length = *RuntimeBlockLength::get().max.get(DispatchClass::Normal);
	let (weight, length) = (normal_class().ref_time() as f64, f64::from(length));
	for class in &SizeClass::ALL[1..] {
		let slots = f64::from(class.capacity());
		let commit = base().saturating_add(Rollup::commit_weight_of(*class, 0));
		// Of a transfer's block both halves are proven, of a swap's the join too.
		let carried = [
			("transfers", 2, slots / 2.0, bytes.per_transfer * slots / 2.0),
			("swaps", 3, slots - 1.0, bytes.per_half_swap * (slots - 1.0)),
		];
		for (name, proofs, carries, data) in carried {
			let rest = Rollup::prove_weight(proofs)
				.saturating_add(certificate())
				.saturating_add(Rollup::execute_weight(0, 0))
				.saturating_add(base().saturating_mul(3));
			let whole = commit.saturating_add(rest);
			let share = 100.0 * whole.ref_time() as f64 / weight;
			print(&format!("weight_block_of_{name}_class_{class}"), milliseconds(whole), "ms");
			print(&format!("weight_block_of_{name}_class_{class}_share"), share, "%");
			let whole = whole.ref_time() as f64;
			let by_weight = per_second(weight, whole, carries);
			let header = (HEAD_BYTES + 2 * CHAIN_BYTES) as f64;
			let signed = (MESSAGE_BYTES + 64 * SIGNATURES) as f64;
			let proven = f64::from(proofs) * PROOF;
			let all = data + header + proven + signed + 4.0 * ENVELOPE;
			let by_length = per_second(length, all, carries);
			print(&format!("capacity_{name}_by_weight_class_{class}"), by_weight, "/s");
			print(&format!("capacity_{name}_by_length_class_{class}"), by_length, "/s");
			let data = per_second(weight, commit.ref_time() as f64, carries);
			print(&format!("capacity_{name}_data_by_weight_class_{class}"), data, "/s");
		}
	}
}
