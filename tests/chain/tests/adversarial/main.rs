// SPDX-License-Identifier: Apache-2.0

//! Known attacks on rollups of several chains, and known mistakes of such rollups, each against the whole
//! runtime: what is refused, and for which reason, and that the honest way works beside it.
//!
//! | file | attacks |
//! |---|---|
//! | `collusion` | operator and oracles together; oracles without an operator |
//! | `consensus` | parallel trees, announce then revert, confirmation by number, refusal racing a proof, epochs that differ, proven here but impossible there, oracle set changed under an open block, equivocation |
//! | `ends` | exit at two heights, freeze racing a certificate, two freezes on two chains, LP censored, refused double exits |
//! | `data` | empty half with public data, forged next index, re-ordered or forged requests, counter inside a batch, timestamps, words above the field |
//! | `proofs` | proof of another chain, block, network, version or class; malleated proof; keys changed under an open block |
//! | `money` | two equal withdrawals, failing receiver, dust, duplicate token, a stranger's leaf or pool in the way |
//! | `queue` | flooding, requests that nobody could serve |
//! | `governance` | governance without notice |
//! | `upgrades` | governance with notice, an operator who ignores who disagrees, and oracles that are dead |
//! | `dissent` | (no attack: how somebody leaves who disagrees with governance) |
//! | `powers` | all that governance can do at once; what no call can do |
//! | `stages` | the end, with a block at every stage on each chain |
//! | `torn` | a random ledger whose last blocks are certified on one chain only |
//! | `fees` | what comes back on success and what does not on failure; what the pool drops |

#![allow(missing_docs, reason = "each test says in its name what it shows")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic is how a test reports")]

mod collusion;
mod consensus;
mod data;
mod dissent;
mod ends;
mod fees;
mod governance;
mod money;
mod powers;
mod proofs;
mod queue;
mod stages;
mod torn;
mod upgrades;

use ligature_chain_tests::{ALPHA, BETA, CHARLIE, DAVE, EVE, Network, USDT_WETH};
use ligature_primitives::ids::Side;
use ligature_runtime::Runtime;

/// Errors of the rollup pallet.
pub type Rollup = pallet_rollup::Error<Runtime>;
/// Errors of the oracle pallet.
pub type Oracle = pallet_root_oracle::Error<Runtime>;
/// Errors of the verifier pallet.
pub type Verifier = pallet_proof_verifier::Error<Runtime>;
/// Errors of the pool pallet.
pub type Pools = pallet_amm::Error<Runtime>;
/// Events of the rollup pallet.
pub type RollupEvent = pallet_rollup::Event<Runtime>;
/// Events of the oracle pallet.
pub type OracleEvent = pallet_root_oracle::Event<Runtime>;

/// An open network in which Charlie and Dave have a hundred USDT on alpha and Charlie a hundred USDC on
/// beta: one block is executed.
pub fn funded() -> Network {
	let mut network = Network::open();
	network.deposit(ALPHA, CHARLIE, 1, 100_000_000);
	network.deposit(ALPHA, DAVE, 1, 100_000_000);
	network.deposit(BETA, CHARLIE, 1, 100_000_000);
	let block = network.serving_block();
	network.settle(&block);
	network
}

/// An open network with a pool across both chains: Charlie has its shares, Dave has traded in it, and Eve has
/// something on beta. One block is executed.
pub fn invested() -> Network {
	let mut network = Network::open();
	network.create_pool(CHARLIE, USDT_WETH);
	network.deposit(ALPHA, CHARLIE, 1, 200_000_000);
	network.deposit(ALPHA, DAVE, 1, 50_000_000);
	network.deposit(BETA, CHARLIE, 2, 5_000_000_000_000_000_000);
	network.deposit(BETA, EVE, 1, 70_000_000);
	let block = network.block(|l| {
		let most = (150_000_000, 4_000_000_000_000_000_000);
		l.add_liquidity(USDT_WETH, CHARLIE, 1, most).unwrap();
		l.swap(USDT_WETH, Side::Zero, DAVE, 10_000_000).unwrap();
	});
	network.settle(&block);
	network
}
