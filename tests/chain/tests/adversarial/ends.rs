// SPDX-License-Identifier: Apache-2.0

//! Attacks on the end of the rollup: its freeze block, and who leaves with what.

use polkadot_sdk::*;

use frame_support::assert_noop;
use ligature_chain_tests::{
	ALICE, ALPHA, BETA, BOB, Built, CHARLIE, DAVE, EVE, Network, USDT_WETH, exits::Claim,
	proofs::simulated,
};
use ligature_primitives::{
	ids::{BlockNumber, ChainId, PoolSlot, Side, TokenId},
	vote::VoteKind,
};
use ligature_runtime::{RuntimeOrigin, rollup::DEVELOPMENT_PARAMETERS};
use sp_runtime::transaction_validity::InvalidTransaction;

use crate::{Rollup, RollupEvent, funded};

/// An unserved request on both chains, and the time in which it should have been served is over.
fn expired() -> Network {
	let mut network = funded();
	for chain in [ALPHA, BETA] {
		network.deposit(chain, DAVE, 1, 3_000_000);
	}
	network.skip(DEVELOPMENT_PARAMETERS.expiry - 2);
	network
}

/// What everybody may do at any time and nobody can prevent.
fn begin(network: &mut Network, chain: ChainId) {
	let _ = network.enter_exodus(chain, EVE).ok().event(RollupEvent::ExodusBegun);
}

fn transfer(network: &mut Network, value: u128) -> Built {
	network.begin();
	network.transfer(ALPHA, CHARLIE, 1, DAVE, value).unwrap();
	network.seal()
}

/// Charlie withdraws in a block that one chain executes; he cannot leave from the state before it as well.
#[test]
fn exit_should_be_from_one_height_only() {
	let mut network = expired();
	network.begin();
	network.withdraw(ALPHA, CHARLIE, 1, 100_000_000).unwrap();
	network.withdraw(BETA, CHARLIE, 1, 100_000_000).unwrap();
	let block = network.seal();
	network.certify_block(&block);
	// Alpha has paid, beta has not yet.
	let _ = network.execute(ALPHA, &block).ok();
	network.skip(10);
	begin(&mut network, ALPHA);
	begin(&mut network, BETA);

	// The block before it is no freeze block any more, on neither chain.
	let earlier = network.built(BlockNumber(1)).clone();
	let freeze = earlier.message(VoteKind::Freeze, ChainId(0));
	let _ = network.relay(ALPHA, ALICE, &freeze).refused(Rollup::FreezeTooLow);
	let frozen = earlier.message(VoteKind::Frozen, ALPHA);
	let _ = network.relay(BETA, ALICE, &frozen).refused(Rollup::FreezeTooLow);
	network.freeze(&block);

	// Beta pays nobody who leaves before it has paid whom the block pays.
	let charlie = network.account(BETA, CHARLIE).unwrap();
	let old = network.balance_claim(BETA, BlockNumber(1), charlie, TokenId(1)).unwrap();
	let old = Claim::Balance(old).call();
	let _ = network.chain(BETA).apply(CHARLIE, old.clone()).refused(Rollup::ExitNotOpen);
	let _ = network.execute(BETA, &block).ok();
	let _ = network.chain(BETA).apply(CHARLIE, old).refused(Rollup::BadClaim);
	let empty = network.balance_claim(BETA, block.number(), charlie, TokenId(1)).unwrap();
	let empty = Claim::Balance(empty).call();
	let _ = network.chain(BETA).apply(CHARLIE, empty).refused(Rollup::AmountZero);
	network.everybody_leaves(block.number(), EVE);
	network.check_solvency();
}

/// Of a freeze and a certificate above it the first one holds.
#[test]
fn freeze_racing_a_certificate_should_leave_one_of_them() {
	for certificate_first in [true, false] {
		let mut network = expired();
		let low = transfer(&mut network, 1_000_000);
		network.certify_block(&low);
		let high = transfer(&mut network, 2_000_000);
		network.prove_block(&high);
		network.skip(10);
		begin(&mut network, ALPHA);
		let freeze = low.message(VoteKind::Freeze, ChainId(0));
		if certificate_first {
			let _ = network.certify(ALPHA, &high).ok();
			let _ = network.relay(ALPHA, ALICE, &freeze).refused(Rollup::FreezeTooLow);
			let freeze = high.message(VoteKind::Freeze, ChainId(0));
			let _ = network.relay(ALPHA, ALICE, &freeze).ok();
		} else {
			let _ = network
				.relay(ALPHA, ALICE, &freeze)
				.ok()
				.event(RollupEvent::FreezeFixed { number: low.number(), hash: low.hash() });
			let _ = network.certify(ALPHA, &high).refused(Rollup::AlreadyFrozen);
			let freeze = high.message(VoteKind::Freeze, ChainId(0));
			let _ = network.relay(ALPHA, ALICE, &freeze).refused(Rollup::AlreadyFrozen);
			assert_eq!(network.counters(ALPHA).committed, low.number());
		}
		network.tick();
	}
}

/// The other chain fixes nothing by itself, and nothing else than the first one has.
#[test]
fn two_freezes_on_two_chains_should_not_both_hold() {
	let mut network = expired();
	let low = transfer(&mut network, 1_000_000);
	network.certify_block(&low);
	let high = transfer(&mut network, 2_000_000);
	network.prove_block(&high);
	network.skip(10);
	begin(&mut network, ALPHA);
	begin(&mut network, BETA);

	let on_beta = high.message(VoteKind::Freeze, ChainId(0));
	let _ = network.relay(BETA, ALICE, &on_beta).refused(Rollup::NotFirstChain);
	let from_beta = high.message(VoteKind::Frozen, BETA);
	let _ = network.relay(BETA, ALICE, &from_beta).refused(Rollup::WrongMessage);
	let to_alpha = high.message(VoteKind::Frozen, ALPHA);
	let _ = network.relay(ALPHA, ALICE, &to_alpha).refused(Rollup::WrongMessage);

	network.freeze(&low);
	let second = high.message(VoteKind::Freeze, ChainId(0));
	let _ = network.relay(ALPHA, ALICE, &second).refused(Rollup::AlreadyFrozen);
	let second = high.message(VoteKind::Frozen, ALPHA);
	let _ = network.relay(BETA, ALICE, &second).refused(Rollup::AlreadyFrozen);
	for chain in [ALPHA, BETA] {
		let timeout = pallet_rollup::Call::freeze_by_timeout {};
		let _ = network.chain(chain).apply(EVE, timeout).refused(Rollup::AlreadyFrozen);
		assert_eq!(network.counters(chain).certified, low.number());
	}
	network.execute_all(&low);
	network.forget(low.number());
	network.everybody_leaves(low.number(), EVE);
	network.check_solvency();
}

/// Nobody serves an LP's exit: she ends the rollup and takes both sides of her share by paths, without anybody.
#[test]
fn censored_liquidity_provider_should_leave_by_paths_on_both_chains() {
	let mut network = Network::open();
	network.create_pool(CHARLIE, USDT_WETH);
	network.deposit(ALPHA, CHARLIE, 1, 200_000_000);
	network.deposit(BETA, CHARLIE, 2, 5_000_000_000_000_000_000);
	let block = network.block(|l| {
		let most = (150_000_000, 4_000_000_000_000_000_000);
		l.add_liquidity(USDT_WETH, CHARLIE, 1, most).unwrap();
	});
	network.settle(&block);
	let charlie = network.account(ALPHA, CHARLIE).unwrap();
	let _ = network.full_exit(ALPHA, CHARLIE, charlie.get(), 512).ok();

	// The operator goes on with other things, and leaves her request where it is.
	network.deposit(BETA, CHARLIE, 2, 1_000_000_000_000_000_000);
	network.begin();
	while network.serve_next(BETA) {}
	let block = network.seal();
	network.settle(&block);
	network.wait_for_expiry();
	begin(&mut network, ALPHA);
	network.freeze(&block);

	let claim = |network: &Network, side| {
		let claim = network.liquidity_claim(ALPHA, block.number(), charlie, PoolSlot(0), side);
		Claim::Liquidity(claim.unwrap()).call()
	};
	let before = network.funds(ALPHA)[&TokenId(1)].custody;
	let zero = claim(&network, Side::Zero);
	let _ = network.chain(ALPHA).apply(EVE, zero.clone()).ok();
	assert!(before - network.funds(ALPHA)[&TokenId(1)].custody > 149_000_000, "her share is paid");
	// Each side once, and on its own chain only.
	let _ = network.chain(ALPHA).apply(CHARLIE, zero.clone()).refused(Rollup::AlreadyClaimed);
	let _ = network.chain(BETA).apply(CHARLIE, zero).refused(Rollup::BadClaim);
	let one = claim(&network, Side::One);
	let _ = network.chain(ALPHA).apply(CHARLIE, one.clone()).refused(Rollup::BadClaim);
	let _ = network.chain(BETA).apply(EVE, one.clone()).ok();
	let _ = network.chain(BETA).apply(EVE, one).refused(Rollup::AlreadyClaimed);
	network.check_solvency();
}

/// Operator, guardian and governance try everything that could hold up the end.
#[test]
fn exodus_should_be_stopped_by_nobody() {
	let mut network = expired();
	let chain = network.chain(ALPHA);
	let _ = chain.apply(EVE, pallet_rollup::Call::enter_exodus {}).refused(Rollup::NotExpired);
	let _ = chain.apply(BOB, pallet_rollup::Call::halt {}).ok();
	let _ = chain.apply(BOB, pallet_rollup::Call::pause_deposits { paused: true }).ok();
	chain.skip(10);
	let _ = chain.apply(EVE, pallet_rollup::Call::enter_exodus {}).ok();
	let _ = chain.apply(EVE, pallet_rollup::Call::enter_exodus {}).refused(Rollup::AlreadyInExodus);

	let _ = chain.apply(BOB, pallet_rollup::Call::halt {}).refused(Rollup::InExodus);
	let admin: [(pallet_rollup::Call<_>, Rollup); 3] = [
		(pallet_rollup::Call::halt {}, Rollup::InExodus),
		(pallet_rollup::Call::announce_code { code_hash: [1; 32].into() }, Rollup::InExodus),
		(pallet_rollup::Call::register_token { asset: 7 }, Rollup::InExodus),
	];
	for (call, error) in admin {
		assert_eq!(chain.root(call), Err(error.into()));
	}
	let code = frame_system::Call::set_code_without_checks { code: vec![1] };
	assert_eq!(chain.root(code), Err(Rollup::InExodus.into()));
	let back = pallet_rollup::Call::revert_blocks { to: BlockNumber(1), epoch: 1 };
	let _ = chain.apply(ALICE, back).refused(Rollup::InExodus);
	chain.with(|| {
		assert_noop!(
			ligature_runtime::Rollup::request_full_exit(
				RuntimeOrigin::signed(DAVE.account()),
				ligature_primitives::ids::AccountIndex::ZERO,
				TokenId(1)
			),
			Rollup::InExodus
		);
	});
	// No block comes after it: neither a new one nor a proof.
	let block = transfer(&mut network, 1);
	let stale = InvalidTransaction::Stale;
	let _ = network.commit(ALPHA, &block).invalid(stale);
	let _ = network.prove(ALPHA, &block, simulated(&block.header)).invalid(stale);
	network.forget(BlockNumber(1));

	// Beta has not heard of it and its request is as old: it comes along by the freeze certificate.
	network.freeze(&network.built(BlockNumber(1)).clone());
	network.everybody_leaves(BlockNumber(1), EVE);
	for chain in [ALPHA, BETA] {
		let left = network.funds(chain)[&TokenId(1)];
		assert_eq!((left.owed, left.custody), (0, left.gift), "nobody has left anything");
	}
}

/// All oracles are dead. The block that only alpha has a certificate for is torn; each chain pays for itself.
#[test]
fn torn_block_should_leave_each_chain_solvent() {
	let mut network = Network::open();
	network.create_pool(CHARLIE, USDT_WETH);
	network.deposit(ALPHA, CHARLIE, 1, 200_000_000);
	network.deposit(BETA, CHARLIE, 2, 5_000_000_000_000_000_000);
	network.deposit(ALPHA, DAVE, 1, 50_000_000);
	let block = network.block(|l| {
		let most = (150_000_000, 4_000_000_000_000_000_000);
		l.add_liquidity(USDT_WETH, CHARLIE, 1, most).unwrap();
	});
	network.settle(&block);
	let torn = network.block(|l| l.swap(USDT_WETH, Side::Zero, DAVE, 40_000_000).unwrap());
	network.prove_block(&torn);
	let _ = network.certify(ALPHA, &torn).ok();
	for chain in [ALPHA, BETA] {
		network.deposit(chain, DAVE, 1, 1_000_000);
	}
	network.wait_for_expiry();
	for chain in [ALPHA, BETA] {
		begin(&mut network, chain);
		let timeout = pallet_rollup::Call::freeze_by_timeout {};
		let _ = network.chain(chain).apply(EVE, timeout).refused(Rollup::TimeoutNotOver);
	}
	network.freeze_by_timeout();
	let _ = network.execute(ALPHA, &torn).ok();
	for (chain, freeze) in [(ALPHA, torn.number()), (BETA, block.number())] {
		for (claim, _) in network.claims_on(chain, freeze) {
			let _ = network.chain(chain).apply(EVE, claim.call()).ok();
		}
		for index in network.refundable(chain) {
			let call = pallet_rollup::Call::refund_deposit { index };
			let _ = network.chain(chain).apply(EVE, call).ok();
		}
		network.check_owed(chain);
		let remainder = network.remainder(chain, freeze);
		for (token, funds) in network.funds(chain) {
			let rest = remainder.get(&token).copied().unwrap_or(0);
			assert_eq!(funds.custody, rest + funds.gift, "token {token} of chain {chain}");
		}
	}
	network.tick();
}
