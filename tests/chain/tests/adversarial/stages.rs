// SPDX-License-Identifier: Apache-2.0

//! The rollup ends with a block at every stage at which each chain can have it, the same or another on each. Whatever
//! becomes of the block, everybody has the money of it once: paid by it, or left with, or given back.

use polkadot_sdk::*;

use ligature_chain_tests::{
	ALPHA, BETA, Built, CHARLIE, DAVE, EVE, FERDIE, Network, USDT_WETH, proofs::simulated,
};
use ligature_primitives::ids::{BlockNumber, ChainId, Owner, Side, TokenId};
use ligature_runtime::Runtime;
use pallet_rollup::{ExodusState, Stage};
use sp_runtime::transaction_validity::InvalidTransaction;

use crate::{Rollup, invested};

/// How far a chain has come with the block; `None` if it has never seen it.
type Reached = Option<Stage>;

/// All stages.
const STAGES: [Reached; 5] = [
	None,
	Some(Stage::Committed),
	Some(Stage::Proven),
	Some(Stage::Certified),
	Some(Stage::Executed),
];

/// Pairs of stages on alpha and beta that can be: a certificate says that both have proven the block.
fn pairs() -> Vec<[Reached; 2]> {
	let all = STAGES.iter().flat_map(|alpha| STAGES.map(|beta| [*alpha, beta]));
	all.filter(|[alpha, beta]| {
		alpha.max(beta) < &Some(Stage::Certified) || alpha.min(beta) >= &Some(Stage::Proven)
	})
	.collect()
}

/// Whether a pair has a certificate somewhere.
fn is_certified(pair: &[Reached; 2]) -> bool {
	pair.iter().any(|reached| *reached >= Some(Stage::Certified))
}

/// Brings the block to these stages.
fn bring(network: &mut Network, block: &Built, pair: [Reached; 2]) {
	for (chain, reached) in [ALPHA, BETA].into_iter().zip(pair) {
		if reached >= Some(Stage::Committed) {
			let _ = network.commit(chain, block).ok();
		}
		if reached >= Some(Stage::Proven) {
			let _ = network.prove(chain, block, simulated(&block.header)).ok();
		}
		if reached >= Some(Stage::Certified) {
			let _ = network.certify(chain, block).ok();
		}
		if reached >= Some(Stage::Executed) {
			let _ = network.execute(chain, block).ok();
		}
	}
	network.tick();
}

/// A block with something of everything, requests on both chains among it, at these stages; then exodus on both.
fn ended(pair: [Reached; 2]) -> (Network, Built) {
	let mut network = invested();
	network.deposit(ALPHA, DAVE, 1, 3_000_000);
	network.deposit(BETA, EVE, 1, 4_000_000);
	let block = network.block(|l| {
		l.swap(USDT_WETH, Side::Zero, DAVE, 5_000_000).unwrap();
		l.withdraw(ALPHA, CHARLIE, 1, 10_000_000).unwrap();
		l.withdraw(BETA, CHARLIE, 2, 100_000_000_000_000_000).unwrap();
		l.transfer(BETA, EVE, 1, DAVE, 20_000_000).unwrap();
	});
	bring(&mut network, &block, pair);
	network.deposit(ALPHA, FERDIE, 1, 5_000_000);
	network.deposit(BETA, FERDIE, 1, 6_000_000);
	network.wait_for_expiry();
	for chain in [ALPHA, BETA] {
		let _ = network.enter_exodus(chain, EVE).ok();
	}
	(network, block)
}

/// What Charlie withdraws in the block, and has a balance and a share of besides: on which chain, which token.
const CHARLIES: [(ChainId, TokenId); 2] = [(ALPHA, TokenId(1)), (BETA, TokenId(2))];

/// Charlie's purse of that token.
fn charlies(place: usize) -> (Owner, TokenId) {
	(CHARLIE.owner(), CHARLIES[place].1)
}

fn in_hand(network: &mut Network) -> [u128; 2] {
	CHARLIES.map(|(chain, token)| network.in_hand(chain, CHARLIE.owner(), token))
}

/// What Charlie had before the block came: where it is executed it has paid him.
fn before(network: &mut Network, block: &Built, pair: [Reached; 2]) -> [u128; 2] {
	let mut before = in_hand(network);
	for (place, reached) in pair.into_iter().enumerate() {
		if reached == Some(Stage::Executed) {
			before[place] -= block.pays(place)[&charlies(place)];
		}
	}
	before
}

/// The freeze blocks are fixed; everybody leaves each chain as of its own.
fn everybody_leaves(network: &mut Network, block: &Built, before: [u128; 2]) {
	for (place, chain) in [ALPHA, BETA].into_iter().enumerate() {
		let exodus = network.chain(chain).with(ExodusState::<Runtime>::get);
		let freeze = exodus.and_then(|exodus| exodus.freeze).expect("it is fixed");
		let counters = network.counters(chain);
		assert_eq!([counters.committed, counters.certified], [freeze; 2], "chain {chain}");
		if counters.executed < freeze {
			let (claim, _) = network.claims_on(chain, freeze).remove(0);
			let _ = network.chain(chain).apply(FERDIE, claim.call()).refused(Rollup::ExitNotOpen);
			let _ = network.chain(chain).apply(FERDIE, block.execute_call(place)).ok();
		}
		assert!(network.leave_to_the_unit(chain, freeze, FERDIE).is_empty());
		let withdrawn = if freeze == block.number() {
			block.pays(place)[&charlies(place)]
		} else {
			// Nothing of the block comes any more.
			let _ = network.commit(chain, block).invalid(InvalidTransaction::Stale);
			let _ = network.execute(chain, block).refused(Rollup::NotNextToExecute);
			0
		};
		let left = network.entitled(chain, freeze)[&charlies(place)];
		assert_eq!(in_hand(network)[place] - before[place], withdrawn + left, "chain {chain}");
	}
	network.tick();
}

/// The oracles freeze where honest ones can: at the block if it is proven everywhere, at the one before it unless it is
/// certified somewhere.
fn oracles_freeze(pair: [Reached; 2]) {
	let proven = pair.iter().all(|reached| *reached >= Some(Stage::Proven));
	for at_block in [true, false] {
		let honest = if at_block { proven } else { !is_certified(&pair) };
		if !honest {
			continue;
		}
		println!("{pair:?}, frozen at the block: {at_block}");
		let (mut network, block) = ended(pair);
		let before = before(&mut network, &block, pair);
		let freeze = if at_block { block.clone() } else { network.built(BlockNumber(1)).clone() };
		network.freeze(&freeze);
		everybody_leaves(&mut network, &block, before);
	}
}

#[test]
fn everybody_should_leave_once_when_oracles_freeze_under_a_block_without_certificate() {
	let pairs: Vec<_> = pairs().into_iter().filter(|pair| !is_certified(pair)).collect();
	assert_eq!(pairs.len(), 9);
	pairs.into_iter().for_each(oracles_freeze);
}

#[test]
fn everybody_should_leave_once_when_oracles_freeze_at_a_block_with_a_certificate_somewhere() {
	let pairs: Vec<_> = pairs().into_iter().filter(is_certified).collect();
	assert_eq!(pairs.len(), 8);
	pairs.into_iter().for_each(oracles_freeze);
}

/// Without oracles each chain takes its last certified block: where that is not the same the block is torn, and each
/// chain pays for itself.
#[test]
fn everybody_should_leave_each_chain_once_when_no_oracle_is_left() {
	let torn = |pair: &[Reached; 2]| is_certified(pair) && pair.contains(&Some(Stage::Proven));
	let uncertified = [Some(Stage::Proven); 2];
	let pairs: Vec<_> = pairs().into_iter().filter(torn).chain([uncertified]).collect();
	assert_eq!(pairs.len(), 5);
	for pair in pairs {
		println!("{pair:?}");
		let (mut network, block) = ended(pair);
		let before = before(&mut network, &block, pair);
		network.freeze_by_timeout();
		everybody_leaves(&mut network, &block, before);
	}
}
