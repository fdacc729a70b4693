// SPDX-License-Identifier: Apache-2.0

//! The calls of `ligature-chain` against those of the runtime: byte for byte.

use polkadot_sdk::*;

use crate::metadata;
use codec::{Decode, Encode};
use ligature_chain::{Call, ChainError, Circuit, SignedVote, encode};
use ligature_chain_tests::{
	ALPHA, BETA, CHARLIE, EVE, Network, USDT_WETH, settlement::commit_call,
};
use ligature_ledger::exit::{BalanceClaim, LiquidityClaim};
use ligature_primitives::{
	amount::Amount,
	constants::{JoinClass, SizeClass},
	header::Header,
	ids::{AccountIndex, BlockNumber, ChainId, Owner, PoolSlot, Side, TokenId},
	keys::PublicKey,
	vote::{VoteKind, VoteMessage},
};
use ligature_runtime::{AccountId, Address, Runtime, RuntimeCall};
use pallet_rollup::CircuitId;
use std::collections::BTreeSet;

type Rollup = pallet_rollup::Call<Runtime>;
type Oracle = pallet_root_oracle::Call<Runtime>;
type Verifier = pallet_proof_verifier::Call<Runtime>;
type Amm = pallet_amm::Call<Runtime>;
type Utility = pallet_utility::Call<Runtime>;
/// A call of the client, and the same of the runtime.
type Same = (Call, RuntimeCall);

/// The place of a variant, so that none is forgotten below: a new one does not compile.
fn place(call: &Call) -> usize {
	match call {
		Call::OpenNetwork { .. } => 0,
		Call::RegisterToken { .. } => 1,
		Call::Deposit { .. } => 2,
		Call::RequestFullExit { .. } => 3,
		Call::ChangePubKey { .. } => 4,
		Call::CommitBlock { .. } => 5,
		Call::ProveBlock { .. } => 6,
		Call::ExecuteBlock { .. } => 7,
		Call::RevertBlocks { .. } => 8,
		Call::Claim { .. } => 9,
		Call::PauseDeposits(_) => 10,
		Call::Halt => 11,
		Call::Resume => 12,
		Call::SetOperators(_) => 13,
		Call::SetGuardian(_) => 14,
		Call::AnnounceCode(_) => 15,
		Call::EnterExodus => 16,
		Call::FreezeByTimeout => 17,
		Call::Exit(_) => 18,
		Call::ExitLiquidity(_) => 19,
		Call::RefundDeposit { .. } => 20,
		Call::Bond { .. } => 21,
		Call::Unbond(_) => 22,
		Call::ScheduleMembers { .. } => 23,
		Call::CancelEpoch(_) => 24,
		Call::SubmitCertificate(_) => 25,
		Call::SubmitRefusal(_) => 26,
		Call::SubmitFreeze(_) => 27,
		Call::ReportEquivocation { .. } => 28,
		Call::RegisterKey { .. } => 29,
		Call::RetireKey { .. } => 30,
		Call::CreatePool { .. } => 31,
		Call::ReleasePoolDeposit(_) => 32,
		Call::Transfer { .. } => 33,
		Call::TransferAsset { .. } => 34,
		Call::Batch(_) => 35,
		Call::Sudo(_) => 36,
	}
}

/// How many variants [`place`] knows.
const VARIANTS: usize = 37;

fn index(value: u32) -> AccountIndex {
	AccountIndex::new(value).expect("an index")
}

fn account(byte: u8) -> AccountId {
	AccountId::from([byte; 32])
}

/// Requests, and what operators and guardian do.
fn of_the_rollup(header: &Header) -> Vec<Same> {
	let (token, owner, number) = (TokenId(258), Owner([2; 32]), BlockNumber(0x0102_0304_0506_0708));
	let (key, hash) = (PublicKey([3; 32]), [4; 32]);
	let hashes = vec![[1; 32], [2; 32]];
	let deposit = |key| -> Same {
		(
			Call::Deposit { token, owner, amount: Amount::MAX, key },
			Rollup::deposit { token, owner, amount: Amount::MAX, key }.into(),
		)
	};
	let change = |account| -> Same {
		(Call::ChangePubKey { account, key }, Rollup::change_pub_key { account, key }.into())
	};
	let commit = |data: Vec<u8>| -> Same {
		(
			Call::CommitBlock { header: header.clone(), data: data.clone() },
			commit_call(header, &data),
		)
	};
	let proofs = vec![[5; 192], [6; 192], [7; 192]];
	vec![
		(
			Call::OpenNetwork { genesis_hashes: hashes.clone() },
			Rollup::open_network { genesis_hashes: hashes.try_into().unwrap() }.into(),
		),
		(Call::RegisterToken { asset: 70_000 }, Rollup::register_token { asset: 70_000 }.into()),
		deposit(None),
		deposit(Some(key)),
		(
			Call::RequestFullExit { account: index((1 << 24) - 1), token },
			Rollup::request_full_exit { account: index((1 << 24) - 1), token }.into(),
		),
		change(None),
		change(Some(index(7))),
		commit(vec![]),
		commit((0..=255).cycle().take(7_937).collect()),
		(
			Call::ProveBlock { number, hash, proofs: proofs.clone() },
			Rollup::prove_block { number, hash, proofs: proofs.try_into().unwrap() }.into(),
		),
		(
			Call::ExecuteBlock { number, payments: 5, requests: 6 },
			Rollup::execute_block { number, payments: 5, requests: 6 }.into(),
		),
		(
			Call::RevertBlocks { to: number, epoch: 7 },
			Rollup::revert_blocks { to: number, epoch: 7 }.into(),
		),
		(Call::Claim { token, to: None }, Rollup::claim { token, to: None }.into()),
		(
			Call::Claim { token, to: Some([8; 32]) },
			Rollup::claim { token, to: Some(account(8)) }.into(),
		),
		(Call::PauseDeposits(true), Rollup::pause_deposits { paused: true }.into()),
		(Call::PauseDeposits(false), Rollup::pause_deposits { paused: false }.into()),
		(Call::Halt, Rollup::halt {}.into()),
		(
			Call::RefundDeposit { index: u64::MAX },
			Rollup::refund_deposit { index: u64::MAX }.into(),
		),
	]
}

/// What governance does, and what exodus needs.
fn of_governance_and_exodus() -> Vec<Same> {
	let (number, class) = (BlockNumber(9), SizeClass::new(3).unwrap());
	let members = vec![[1; 32], [2; 32], [3; 32]];
	let key = [5; 440];
	let (half, join) = (Circuit::Chain(class), Circuit::Join(JoinClass::new(2).unwrap()));
	let (half_id, join_id) = (CircuitId::Chain(class), CircuitId::Join(JoinClass::new(2).unwrap()));
	vec![
		(Call::Resume, Rollup::resume {}.into()),
		(
			Call::SetOperators(vec![[1; 32], [2; 32]]),
			Rollup::set_operators { operators: vec![account(1), account(2)].try_into().unwrap() }
				.into(),
		),
		(Call::SetGuardian(None), Rollup::set_guardian { guardian: None }.into()),
		(
			Call::SetGuardian(Some([3; 32])),
			Rollup::set_guardian { guardian: Some(account(3)) }.into(),
		),
		(Call::AnnounceCode([4; 32]), Rollup::announce_code { code_hash: [4; 32].into() }.into()),
		(Call::EnterExodus, Rollup::enter_exodus {}.into()),
		(Call::FreezeByTimeout, Rollup::freeze_by_timeout {}.into()),
		(
			Call::ScheduleMembers { first_block: number, members: members.clone() },
			Oracle::schedule_members { first_block: number, members: members.try_into().unwrap() }
				.into(),
		),
		(Call::CancelEpoch(6), Oracle::cancel_epoch { epoch: 6 }.into()),
		(
			Call::RegisterKey { version: 258, circuit: half, key: key.to_vec() },
			Verifier::register_key { version: 258, circuit: half_id, key: Box::new(key) }.into(),
		),
		(
			Call::RegisterKey { version: 1, circuit: join, key: key.to_vec() },
			Verifier::register_key { version: 1, circuit: join_id, key: Box::new(key) }.into(),
		),
		(
			Call::RetireKey { version: 1, circuit: join },
			Verifier::retire_key { version: 1, circuit: join_id }.into(),
		),
	]
}

/// What oracles do.
fn of_oracles(header: &Header) -> Vec<Same> {
	let bytes: Vec<u8> = (0..=255).cycle().take(166 + 3 * 64).collect();
	let certificate = || bytes.clone().try_into().unwrap();
	let first = VoteMessage::block(header);
	let second = VoteMessage::about(VoteKind::Freeze, ChainId(0), header);
	let signed =
		|message: &VoteMessage| SignedVote { message: message.clone(), signature: [7; 64] };
	let vote = |message: &VoteMessage| pallet_root_oracle::Vote {
		message: message.clone(),
		signature: [7; 64],
	};
	vec![
		(
			Call::Bond { key: [1; 32], ownership: [2; 64] },
			Oracle::bond { key: [1; 32], ownership: [2; 64] }.into(),
		),
		(Call::Unbond([1; 32]), Oracle::unbond { key: [1; 32] }.into()),
		(
			Call::SubmitCertificate(bytes.clone()),
			Oracle::submit_certificate { certificate: certificate() }.into(),
		),
		(
			Call::SubmitRefusal(bytes.clone()),
			Oracle::submit_refusal { certificate: certificate() }.into(),
		),
		(
			Call::SubmitFreeze(bytes.clone()),
			Oracle::submit_freeze { certificate: certificate() }.into(),
		),
		(
			Call::ReportEquivocation {
				key: [3; 32],
				first: Box::new(signed(&first)),
				second: Box::new(signed(&second)),
			},
			Oracle::report_equivocation {
				key: [3; 32],
				first: Box::new(vote(&first)),
				second: Box::new(vote(&second)),
			}
			.into(),
		),
	]
}

/// Pools, tokens, and calls within calls.
fn of_everybody() -> Vec<Same> {
	let create = |side| -> Same {
		(
			Call::CreatePool { params: USDT_WETH, side },
			Amm::create_pool { params: USDT_WETH, side }.into(),
		)
	};
	let send: RuntimeCall = pallet_balances::Call::transfer_keep_alive {
		dest: Address::Id(account(1)),
		value: u128::MAX,
	}
	.into();
	let transfer = Call::Transfer { to: [1; 32], amount: u128::MAX };
	let asset: RuntimeCall = pallet_assets::Call::transfer_keep_alive {
		id: 70_000.into(),
		target: Address::Id(account(2)),
		amount: 5,
	}
	.into();
	let transfer_asset = Call::TransferAsset { asset: 70_000, to: [2; 32], amount: 5 };
	let batch: RuntimeCall = Utility::batch_all { calls: vec![send.clone(), asset.clone()] }.into();
	let both = Call::Batch(vec![transfer.clone(), transfer_asset.clone()]);
	let sudo = |call: &RuntimeCall| -> RuntimeCall {
		pallet_sudo::Call::sudo { call: Box::new(call.clone()) }.into()
	};
	vec![
		create(Side::Zero),
		create(Side::One),
		(
			Call::ReleasePoolDeposit(PoolSlot(258)),
			Amm::release_deposit { slot: PoolSlot(258) }.into(),
		),
		(transfer, send),
		(transfer_asset, asset),
		(both.clone(), batch.clone()),
		(Call::Batch(vec![]), Utility::batch_all { calls: vec![] }.into()),
		(Call::Sudo(Box::new(both)), sudo(&batch)),
		(
			Call::Sudo(Box::new(Call::Sudo(Box::new(Call::Resume)))),
			sudo(&sudo(&Rollup::resume {}.into())),
		),
	]
}

/// Claims against a state with an account and a pool.
fn of_claimants(network: &Network) -> Vec<Same> {
	let (alpha, beta) = (network.state(ALPHA), network.state(BETA));
	let who = network.account(ALPHA, CHARLIE).expect("Charlie has an account");
	let balance = BalanceClaim::new(alpha, who, TokenId(1)).expect("the account exists");
	let slot = network.slot(&USDT_WETH, Side::Zero).expect("the pool exists");
	let share = |paying, side| {
		LiquidityClaim::new(alpha, who, slot, paying, side).expect("account and pool exist")
	};
	let liquidity = |claim: LiquidityClaim| -> Same {
		(
			Call::ExitLiquidity(Box::new(claim.clone())),
			Rollup::exit_liquidity { claim: Box::new(claim) }.into(),
		)
	};
	vec![
		(Call::Exit(Box::new(balance.clone())), Rollup::exit { claim: Box::new(balance) }.into()),
		liquidity(share(alpha, Side::Zero)),
		liquidity(share(beta, Side::One)),
	]
}

/// A network with an account, a pool on both chains and a block that is built.
fn network() -> Network {
	let mut network = Network::open();
	network.deposit(ALPHA, CHARLIE, 1, 5_000_000);
	network.create_pool(EVE, USDT_WETH);
	network.serving_block();
	network
}

#[test]
fn every_call_should_have_the_bytes_of_the_runtime() {
	let network = network();
	let header = network.blocks()[0].header.clone();
	let mut seen = BTreeSet::new();
	let cases = [
		of_the_rollup(&header),
		of_governance_and_exodus(),
		of_oracles(&header),
		of_everybody(),
		of_claimants(&network),
	];
	for (ours, theirs) in cases.into_iter().flatten() {
		let bytes = encode(&ours, metadata()).expect("the runtime has the call");
		assert_eq!(bytes, theirs.encode(), "{ours:?}");
		assert_eq!(RuntimeCall::decode(&mut &bytes[..]), Ok(theirs));
		seen.insert(place(&ours));
	}
	assert_eq!(seen, (0..VARIANTS).collect::<BTreeSet<_>>(), "every variant has a case");
}

#[test]
fn what_does_not_fit_the_runtime_should_be_refused() {
	// The key of a circuit has a fixed length, which the metadata says.
	let circuit = Circuit::Chain(SizeClass::new(1).unwrap());
	let short = Call::RegisterKey { version: 1, circuit, key: vec![0; 439] };
	let error = encode(&short, metadata()).expect_err("a byte is missing");
	assert!(matches!(error, ChainError::Encode { .. }), "{error:?}");
}
