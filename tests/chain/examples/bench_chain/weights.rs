// SPDX-License-Identifier: Apache-2.0

//! What the calls weigh: computation in milliseconds and as a share of what ordinary extrinsics of one block may take, and
//! the size of the proof of storage (0: nobody needs one of a chain that is its own).

use polkadot_sdk::*;

use codec::{Decode, Encode};
use frame_support::{
	dispatch::{DispatchClass, GetDispatchInfo},
	traits::GetCallMetadata,
	weights::{Weight, constants::WEIGHT_REF_TIME_PER_MILLIS},
};
use ligature_chain_tests::{ALICE, USDT_WETH};
use ligature_ledger::exit::{BALANCE_CLAIM_BYTES, LIQUIDITY_CLAIM_BYTES};
use ligature_primitives::{
	amount::Amount,
	constants::SizeClass,
	header::{Header, Network},
	ids::{AccountIndex, BlockNumber, ChainId, NetworkId, PoolSlot, Side, TokenId},
	poseidon::Word,
	vote::{MESSAGE_BYTES, VoteMessage},
};
use ligature_runtime::{
	Rollup, Runtime, RuntimeCall, configs::RuntimeBlockWeights, rollup::MAX_MEMBERS,
};
use pallet_rollup::{CircuitId, MAX_PAYMENTS, MAX_PROOFS};
use pallet_root_oracle::Vote;
use std::{collections::BTreeSet, error::Error};

use crate::print;

/// The pallets of which all calls are weighed.
const PALLETS: [&str; 4] = ["Rollup", "ProofVerifier", "RootOracle", "Amm"];

/// What ordinary extrinsics of one block may take.
pub fn normal_class() -> Weight {
	let weights = RuntimeBlockWeights::get();
	weights.get(DispatchClass::Normal).max_total.expect("ordinary extrinsics are limited; qed")
}

/// Computation in milliseconds.
pub fn milliseconds(weight: Weight) -> f64 {
	weight.ref_time() as f64 / WEIGHT_REF_TIME_PER_MILLIS as f64
}

/// The header of a block whose halves are of this class and serve as many requests as fit.
fn header(class: SizeClass) -> Header {
	let network = Network::new(NetworkId(1), vec![ChainId(1), ChainId(2)]);
	let network = network.expect("two chains, ascending; qed");
	let mut header = Header::genesis(&network, [0; 32], [0; 32], Word::from(0));
	for part in &mut header.chains {
		part.size_class = class;
		part.priority_count = (class.capacity() / 2) as u16;
	}
	header
}

/// Every call at its worst case: with as much of everything as it takes.
fn calls() -> Result<Vec<RuntimeCall>, Box<dyn Error>> {
	use pallet_amm::Call as Amm;
	use pallet_proof_verifier::Call as Verifier;
	use pallet_rollup::Call as Rollup;
	use pallet_root_oracle::Call as Oracle;

	let key = ALICE.key();
	let (account, token) = (AccountIndex::ZERO, TokenId(1));
	let (number, hash) = (BlockNumber(1), [0; 32]);
	let largest = SizeClass::ALL[SizeClass::ALL.len() - 1];
	let header = header(largest);
	let message = VoteMessage::block(&header);
	let vote = || Box::new(Vote { message: message.clone(), signature: [0; 64] });
	let certificate = || {
		let members = MAX_MEMBERS as usize;
		vec![0; MESSAGE_BYTES + members.div_ceil(8) + 64 * members]
	};
	let certificate = || certificate().try_into().map_err(|_| "a certificate of all fits");
	// A claim is bytes of one length: those of nothing decode, too.
	let balance = Decode::decode(&mut &vec![0u8; BALANCE_CLAIM_BYTES].encode()[..])?;
	let liquidity = Decode::decode(&mut &vec![0u8; LIQUIDITY_CLAIM_BYTES].encode()[..])?;
	let circuit = CircuitId::Chain(largest);
	let members =
		vec![[0; 32]; MAX_MEMBERS as usize].try_into().map_err(|_| "as many as may be")?;
	let operators = vec![ALICE.account(); 16].try_into().map_err(|_| "as many as may be")?;
	let genesis_hashes = vec![[0; 32]; 4].try_into().map_err(|_| "as many as may be")?;
	let proofs = vec![[0; 192]; MAX_PROOFS as usize].try_into().map_err(|_| "as many as may be")?;
	let rollup: Vec<Rollup<Runtime>> = vec![
		Rollup::open_network { genesis_hashes },
		Rollup::register_token { asset: 1 },
		Rollup::deposit { token, owner: ALICE.owner(), amount: Amount::MAX, key: Some(key) },
		Rollup::request_full_exit { account, token },
		Rollup::change_pub_key { account: Some(account), key },
		Rollup::commit_block { header: Box::new(header), data: Default::default() },
		Rollup::prove_block { number, hash, proofs },
		// Full exits are both.
		Rollup::execute_block { number, payments: MAX_PAYMENTS, requests: MAX_PAYMENTS },
		Rollup::revert_blocks { to: number, epoch: 1 },
		Rollup::claim { token, to: None },
		Rollup::pause_deposits { paused: true },
		Rollup::halt {},
		Rollup::resume {},
		Rollup::set_operators { operators },
		Rollup::set_guardian { guardian: None },
		Rollup::announce_code { code_hash: Default::default() },
		Rollup::enter_exodus {},
		Rollup::freeze_by_timeout {},
		Rollup::exit { claim: Box::new(balance) },
		Rollup::exit_liquidity { claim: Box::new(liquidity) },
		Rollup::refund_deposit { index: 0 },
	];
	let verifier: Vec<Verifier<Runtime>> = vec![
		Verifier::register_key { version: 1, circuit, key: Box::new([0; 440]) },
		Verifier::retire_key { version: 1, circuit },
	];
	let oracle: Vec<Oracle<Runtime>> = vec![
		Oracle::bond { key: [0; 32], ownership: [0; 64] },
		Oracle::unbond { key: [0; 32] },
		Oracle::schedule_members { first_block: number, members },
		Oracle::cancel_epoch { epoch: 1 },
		Oracle::submit_certificate { certificate: certificate()? },
		Oracle::submit_refusal { certificate: certificate()? },
		Oracle::submit_freeze { certificate: certificate()? },
		Oracle::report_equivocation { key: [0; 32], first: vote(), second: vote() },
	];
	let amm: Vec<Amm<Runtime>> = vec![
		Amm::create_pool { params: USDT_WETH, side: Side::Zero },
		Amm::release_deposit { slot: PoolSlot(0) },
	];
	let calls = rollup.into_iter().map(RuntimeCall::from);
	let calls = calls.chain(verifier.into_iter().map(RuntimeCall::from));
	let calls = calls.chain(oracle.into_iter().map(RuntimeCall::from));
	Ok(calls.chain(amm.into_iter().map(RuntimeCall::from)).collect())
}

/// `weight_PALLET_CALL` and its share; then commits by size class.
pub fn print_all() -> Result<(), Box<dyn Error>> {
	let calls = calls()?;
	let weighed: BTreeSet<_> = calls
		.iter()
		.map(|call| call.get_call_metadata())
		.map(|name| (name.pallet_name, name.function_name))
		.collect();
	for pallet in PALLETS {
		for call in RuntimeCall::get_call_names(pallet) {
			if !weighed.contains(&(pallet, *call)) {
				return Err(format!("{pallet}.{call} is not weighed").into());
			}
		}
	}
	for call in calls {
		let (name, info) = (call.get_call_metadata(), call.get_dispatch_info());
		print_weight(&format!("{}_{}", name.pallet_name, name.function_name), info.call_weight);
	}
	for class in SizeClass::ALL {
		let most = class.capacity() / 2;
		print_weight(&format!("commit_class_{class}"), Rollup::commit_weight_of(class, 0));
		print_weight(
			&format!("commit_class_{class}_with_{most}_deposits"),
			Rollup::commit_weight_of(class, most),
		);
	}
	Ok(())
}

fn print_weight(name: &str, weight: Weight) {
	let share = weight.ref_time() as f64 / normal_class().ref_time() as f64;
	print(&format!("weight_{name}"), milliseconds(weight), "ms");
	print(&format!("weight_{name}_share"), 100.0 * share, "%");
	print(&format!("weight_{name}_proof_size"), weight.proof_size() as f64, "bytes");
}
