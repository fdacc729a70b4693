// SPDX-License-Identifier: Apache-2.0

//! A story of many people on two chains: what custody holds is what the ledger says, to the unit, after every
//! block, and at the end everybody has left and the rest is what the protocol predicts.
//!
//! Most stories are told with simulated proofs; one, of few blocks, with real ones, whose keys are made the
//! first time. `LIGATURE_LONG=1` tells more stories.

#![allow(missing_docs, reason = "each test says in its name what it shows")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic is how a test reports")]

use ligature_chain_tests::{
	ALPHA, BETA, CHARLIE, DAVE, EVE, Network, Story, USDT_WETH, proofs::proven,
};
use ligature_primitives::{
	ids::{BlockNumber, Side, TokenId},
	refusal::Refusal,
};
use pallet_rollup::{PriorityQueue, Proofs};

/// How many times longer than usual.
fn long() -> u64 {
	if std::env::var_os("LIGATURE_LONG").is_some() { 20 } else { 1 }
}

/// What a story has seen.
#[derive(Debug, Default)]
struct Seen {
	operations: usize,
	refused: usize,
	payments: u32,
	joint: u32,
}

/// People ask and sign, `blocks` blocks are settled and looked at.
fn tell(network: &mut Network, story: &mut Story, blocks: usize, seen: &mut Seen) {
	for _ in 0..blocks {
		for _ in 0..3 {
			// A refused request leaves everything as it was, which the accounts show.
			let _ = story.request(network);
		}
		network.begin();
		network.serve();
		for _ in 0..24 {
			match story.operate(network) {
				Ok(_) => seen.operations += 1,
				Err(Refusal::BlockFull | Refusal::JoinFull) => break,
				Err(_) => seen.refused += 1,
			}
		}
		let block = network.seal();
		seen.payments += block.payments(0) + block.payments(1);
		seen.joint += block.sealed.joint;
		network.settle(&block);
		assert_eq!(queue_is_empty(network), waits_for_nothing(network), "queue and ledger agree");
	}
}

/// Whether no request waits on any chain that executed blocks have not consumed.
fn queue_is_empty(network: &mut Network) -> bool {
	[ALPHA, BETA].into_iter().all(|chain| {
		let queue = network.chain(chain).with(PriorityQueue::<ligature_runtime::Runtime>::get);
		queue.executed == queue.next
	})
}

fn waits_for_nothing(network: &mut Network) -> bool {
	[ALPHA, BETA].into_iter().all(|chain| network.waiting(chain) == 0)
}

/// The rollup ends and everybody leaves; what stays is what the protocol predicts.
fn end(network: &mut Network) {
	let last = network.blocks().last().expect("there are blocks").clone();
	// Deposits that come too late for any block.
	network.deposit(ALPHA, CHARLIE, 1, 5_000_000);
	network.deposit(BETA, DAVE, 0, 7_000_000_000);
	network.wait_for_expiry();
	let _ = network.enter_exodus(BETA, EVE).ok();
	network.freeze(&last);
	let claims = network.everybody_leaves(last.number(), EVE);
	assert!(claims > 4, "{claims} claims");
	network.check_solvency();
	for chain in [ALPHA, BETA] {
		let remainder = network.remainder(chain, last.number());
		for (token, funds) in network.funds(chain) {
			let rest = remainder.get(&token).copied().unwrap_or(0);
			let place = format!("token {token} of chain {chain}");
			assert_eq!(funds.custody, funds.gift + rest + funds.pending, "{place}: {funds:?}");
			assert_eq!(funds.queued, 0, "{place}");
		}
	}
}

#[test]
fn custody_should_equal_the_ledger_through_stories_that_end_in_exodus() {
	let mut seen = Seen::default();
	for seed in 0..3 * long() {
		println!("story {seed}");
		let mut story = Story::new(seed);
		let mut network = Network::open();
		for pool in ligature_chain_tests::story::POOLS {
			network.create_pool(CHARLIE, pool);
		}
		tell(&mut network, &mut story, 25, &mut seen);
		end(&mut network);
	}
	println!("{seen:?}");
	assert!(seen.operations > 300, "{seen:?}");
	assert!(seen.refused > 10, "{seen:?}");
	assert!(seen.payments > 30, "{seen:?}");
	assert!(seen.joint > 50, "{seen:?}");
}

/// Every block of the largest classes of the presets.
#[test]
fn custody_should_equal_the_ledger_in_large_blocks() {
	let mut story = Story::new(1_000);
	let mut network = Network::open();
	network.set_class(3);
	network.create_pool(CHARLIE, USDT_WETH);
	let mut seen = Seen::default();
	for _ in 0..3 * long() {
		for _ in 0..40 {
			let _ = story.request(&mut network);
		}
		tell(&mut network, &mut story, 1, &mut seen);
	}
	end(&mut network);
}

/// The same with the prover's proofs: deposits and a pool on both chains, liquidity, a swap across the chains,
/// withdrawals. Every block has up to eight slots per chain.
#[test]
fn custody_should_equal_the_ledger_with_real_proofs() {
	let mut network = Network::open();
	network.set_class(1);
	network.deposit(ALPHA, CHARLIE, 1, 50_000_000);
	network.deposit(ALPHA, DAVE, 1, 40_000_000);
	network.deposit(BETA, CHARLIE, 2, 2_000_000_000_000_000_000);
	network.create_pool(EVE, USDT_WETH);
	let settle = |network: &mut Network, block: &ligature_chain_tests::Built| {
		let proofs: Proofs = proven(block);
		network.settle_with(block, &proofs);
	};
	let block = network.serving_block();
	assert_eq!(block.header.join_class.get(), 0, "no join in the first block");
	settle(&mut network, &block);
	assert_eq!(network.waiting(ALPHA) + network.waiting(BETA), 0);

	let before = network.funds(BETA)[&TokenId(2)];
	let block = network.block(|l| {
		l.add_liquidity(USDT_WETH, CHARLIE, 1, (20_000_000, 1_000_000_000_000_000_000)).unwrap();
		l.swap(USDT_WETH, Side::Zero, DAVE, 10_000_000).unwrap();
		l.withdraw(BETA, DAVE, 2, 100_000_000_000_000_000).unwrap_err();
		l.withdraw(ALPHA, DAVE, 1, 5_000_000).unwrap();
	});
	assert_eq!(block.header.join_class.get(), 1);
	settle(&mut network, &block);
	// Dave has WETH now, which he never deposited.
	let _ = network.change_key(BETA, DAVE, None).ok();
	let block = network.block(|l| l.withdraw(BETA, DAVE, 2, 100_000_000_000_000_000).unwrap());
	settle(&mut network, &block);
	let after = network.funds(BETA)[&TokenId(2)];
	assert_eq!(before.custody - after.custody, 100_000_000_000_000_000);
	assert_eq!(network.executed(BETA), BlockNumber(3));
	end(&mut network);
}
