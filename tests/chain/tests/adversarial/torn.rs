// SPDX-License-Identifier: Apache-2.0

//! All oracles die while the last blocks of a random ledger are certified on one chain only: what that can cost anybody,
//! and bring to anybody, is bounded by the joint operations of those blocks (section 12.6 of `docs/protocol.md`).

use ligature_chain_tests::{
	ALPHA, BETA, BOB, Built, CHARLIE, DAVE, EVE, Network, Story, USDC_WBTC, USDT_WETH, USERS,
	exits::Claim,
};
use ligature_primitives::{
	constants::TORN_BLOCKS,
	ids::{BlockNumber, ChainId, Owner, TokenId},
	op::Operation,
	refusal::Refusal,
};
use std::collections::BTreeMap;

/// What everybody has of every token at first.
const RICHES: u128 = 10_000_000_000;

/// A block of what people want.
fn random_block(network: &mut Network, story: &mut Story) -> Built {
	for _ in 0..3 {
		// A refused request leaves everything as it was.
		let _ = story.request(network);
	}
	network.begin();
	network.serve();
	for _ in 0..20 {
		if let Err(Refusal::BlockFull | Refusal::JoinFull) = story.operate(network) {
			break;
		}
	}
	network.seal()
}

/// A ledger with liquidity in two pools across the chains; then some blocks that both chains have proven and only
/// `ahead` has certificates for; and the rollup has ended on both.
struct Torn {
	network: Network,
	ahead: ChainId,
	behind: ChainId,
	/// The last block of both.
	common: BlockNumber,
	blocks: Vec<Built>,
}

impl Torn {
	fn new(seed: u64) -> Self {
		let mut story = Story::new(seed);
		let mut network = Network::open();
		for pool in [USDT_WETH, USDC_WBTC] {
			network.create_pool(CHARLIE, pool);
		}
		for (user, token) in USERS.into_iter().flat_map(|user| [0, 1, 2].map(|token| (user, token)))
		{
			network.deposit(ALPHA, user, token, RICHES);
			network.deposit(BETA, user, token, RICHES);
		}
		let block = network.serving_block();
		network.settle(&block);
		let block = network.block(|l| {
			l.add_liquidity(USDT_WETH, CHARLIE, 1, (RICHES / 2, RICHES / 3)).unwrap();
			l.add_liquidity(USDC_WBTC, DAVE, 1, (RICHES / 5, RICHES / 2)).unwrap();
		});
		network.settle(&block);
		for _ in 0..2 {
			let block = random_block(&mut network, &mut story);
			network.settle(&block);
		}
		let common = network.executed(ALPHA);
		let (ahead, behind) = if seed.is_multiple_of(2) { (ALPHA, BETA) } else { (BETA, ALPHA) };
		let mut blocks = Vec::new();
		for _ in 0..1 + seed % TORN_BLOCKS {
			let block = random_block(&mut network, &mut story);
			network.prove_block(&block);
			let _ = network.certify(ahead, &block).ok();
			blocks.push(block);
		}
		for chain in [ALPHA, BETA] {
			network.deposit(chain, DAVE, 1, 5_000_000);
		}
		network.wait_for_expiry();
		for chain in [ALPHA, BETA] {
			let _ = network.enter_exodus(chain, EVE).ok();
		}
		Self { network, ahead, behind, common, blocks }
	}

	fn last(&self) -> BlockNumber {
		self.blocks.last().expect("there are some").number()
	}

	/// Anybody executes the blocks on a chain.
	fn execute(&mut self, chain: ChainId) {
		let place = self.network.place(chain);
		for block in &self.blocks {
			let _ = self.network.chain(chain).apply(BOB, block.execute_call(place)).ok();
		}
	}

	/// By how much everybody has more on the chain that is ahead, paid or to be claimed, than if of its last blocks only
	/// that had happened which does not concern the other chain; or less.
	fn differences(&self) -> BTreeMap<(Owner, TokenId), i128> {
		let mut sums = BTreeMap::<_, i128>::new();
		let place = self.network.place(self.ahead);
		let mut count = |sign: i128, owner: Owner, token: TokenId, amount: u128| {
			let amount = i128::try_from(amount).expect("amounts have 112 bits; qed");
			*sums.entry((owner, token)).or_default() += sign * amount;
		};
		for (at, sign) in [(self.last(), 1), (self.common, -1)] {
			for ((owner, token), amount) in self.network.entitled(self.ahead, at) {
				count(sign, owner, token, amount);
			}
		}
		for block in &self.blocks {
			for ((owner, token), amount) in block.pays(place) {
				count(1, owner, token, amount);
			}
		}
		// Withdrawals and exits change where the money is, not whose.
		let state = self.network.state_after(self.ahead, self.last());
		for operation in self.blocks.iter().flat_map(|block| &block.operations) {
			match operation {
				Operation::Transfer(transfer) if transfer.tx.body.chain == self.ahead => {
					let body = &transfer.tx.body;
					let sender = state.account(body.account).expect("it has signed").owner;
					count(1, sender, body.token, body.amount.get());
					count(-1, body.receiver, body.token, body.amount.get());
				},
				Operation::Deposit(deposit) if deposit.chain == self.ahead => {
					count(-1, deposit.owner, deposit.token, deposit.amount.get());
				},
				_ => (),
			}
		}
		sums
	}

	/// The bound: what the joint operations of the blocks have credited on the chain that is ahead, per token; to
	/// accounts or to pools, which is what its log tells.
	fn bound(&self) -> BTreeMap<TokenId, u128> {
		let place = self.network.place(self.ahead);
		let mut bound = BTreeMap::<_, u128>::new();
		for entry in self.blocks.iter().flat_map(|block| &block.sealed.chains[place].log) {
			*bound.entry(entry.params.token(entry.side)).or_default() += entry.amount.get();
		}
		bound
	}

	/// How many shares of pools there are to round, per token that they pay.
	fn rounded(&self) -> BTreeMap<TokenId, u128> {
		let mut count = BTreeMap::<_, u128>::new();
		for at in [self.common, self.last()] {
			for (claim, payout) in self.network.claims_on(self.ahead, at) {
				if matches!(claim, Claim::Liquidity(_)) {
					*count.entry(payout.token).or_default() += 1;
				}
			}
		}
		count
	}
}

/// Nobody is paid twice for more than what joint operations have moved on the chain that is ahead, and nobody loses
/// more; the chain that is behind pays as if they had never been; each chain has enough.
#[test]
fn torn_blocks_should_cost_and_bring_no_more_than_their_joint_operations() {
	let (mut moved, mut gained) = (0, 0);
	for seed in 0..5 {
		let mut torn = Torn::new(seed);
		torn.network.freeze_by_timeout();
		torn.execute(torn.ahead);
		let (bound, rounded) = (torn.bound(), torn.rounded());
		let (mut gains, mut losses) = (BTreeMap::<_, u128>::new(), BTreeMap::<_, u128>::new());
		for ((_, token), difference) in torn.differences() {
			let sums = if difference > 0 { &mut gains } else { &mut losses };
			*sums.entry(token).or_default() += difference.unsigned_abs();
		}
		println!("seed {seed}: bound {bound:?}, gained {gains:?}, lost {losses:?}");
		for (what, sums) in [("gained", &gains), ("lost", &losses)] {
			for (token, sum) in sums {
				let most = [&bound, &rounded].map(|of| of.get(token).copied().unwrap_or(0));
				assert!(*sum <= most[0] + most[1], "seed {seed}: {what} {sum} of token {token}");
			}
		}
		moved += bound.values().filter(|amount| **amount > 0).count();
		gained += gains.values().filter(|amount| **amount > 0).count();

		let last = torn.last();
		for (chain, freeze) in [(torn.ahead, last), (torn.behind, torn.common)] {
			let certified = torn.network.counters(chain).certified;
			assert_eq!(certified, freeze, "seed {seed}, chain {chain}");
			assert!(torn.network.leave_to_the_unit(chain, freeze, BOB).is_empty());
		}
		torn.network.tick();
	}
	assert!(moved > 3 && gained > 3, "nothing was torn: {moved}, {gained}");
}

/// The same, and somebody brings the other chain the certificates: nothing is torn.
#[test]
fn certificates_that_anybody_relays_in_exodus_should_close_the_gap() {
	let mut torn = Torn::new(3);
	assert_eq!(torn.blocks.len() as u64, TORN_BLOCKS);
	for block in torn.blocks.clone() {
		let _ = torn.network.relay(torn.behind, EVE, &block.block_message()).ok();
	}
	torn.network.freeze_by_timeout();
	for chain in [ALPHA, BETA] {
		torn.execute(chain);
		let last = torn.last();
		assert_eq!(torn.network.executed(chain), last);
		assert!(torn.network.leave_to_the_unit(chain, last, BOB).is_empty());
	}
	torn.network.tick();
}
