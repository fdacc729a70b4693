// SPDX-License-Identifier: Apache-2.0

//! What wallets ask: accounts, pools, prices, fees; and whether a block is worth building.

use super::{
	Ready,
	slots::{Need, Slots},
	worker::Core,
};
use crate::store::ReplayItem;
use ligature_ledger::PoolLeaf;
use ligature_operator_api::{
	AccountInfo, ApiError, Balance, Decimal, FeeEstimate, Hash32, PoolInfo, Quote,
};
use ligature_primitives::{
	amount::{Amount, mul_div_floor},
	constants::BPS,
	ids::{AccountIndex, BlockNumber, ChainId, Owner, PoolSlot, Side, TokenId},
	pool::{PoolParams, swap_out},
	poseidon::word_to_bytes,
	refusal::Refusal,
};

/// The kinds of operations that pay fees, by the names of the API.
const KINDS: [&str; 5] = ["transfer", "withdraw", "swap", "addLiquidity", "removeLiquidity"];

impl Core {
	pub(super) fn account(&self, chain: ChainId, index: AccountIndex) -> Option<AccountInfo> {
		let leaf = self.ledger.state(chain).ok()?.account(index)?;
		let balances = leaf
			.balances()
			.map(|(token, amount)| Balance { token: token.0, amount: Decimal(amount.get()) });
		Some(AccountInfo {
			chain: chain.0,
			index: index.get(),
			owner: leaf.owner.into(),
			has_key: leaf.has_key(),
			key: Hash32(word_to_bytes(&leaf.key())),
			next_nonce: self.next_nonce(chain, index),
			nonce: leaf.nonce().0,
			balances: balances.collect(),
		})
	}

	pub(super) fn accounts_of(&self, owner: Owner) -> Vec<AccountInfo> {
		let chains = self.config.network.chains().iter().enumerate();
		let accounts = chains.flat_map(|(position, chain)| {
			let indices = self.accounts.all(position, owner).iter();
			indices.filter_map(|index| self.account(*chain, *index))
		});
		accounts.collect()
	}

	pub(super) fn pools(&self) -> Vec<PoolInfo> {
		let leaves = self.ledger.states().iter().flat_map(|state| state.pools());
		let homes = leaves.filter(|(_, leaf)| leaf.side == Side::Zero);
		homes.map(|(slot, leaf)| self.pool(slot, leaf)).collect()
	}

	fn pool(&self, slot: PoolSlot, leaf: &PoolLeaf) -> PoolInfo {
		let PoolLeaf { params, own, foreign, supply, .. } = leaf;
		PoolInfo {
			params: Decimal(params.pack().into()),
			slot: slot.0,
			chain0: params.chain0.0,
			token0: params.token0.0,
			chain1: params.chain1.0,
			token1: params.token1.0,
			fee_bps: params.fee_bps,
			reserve0: Decimal(own.get()),
			reserve1: Decimal(foreign.get()),
			supply: Decimal(supply.get()),
			complete: self.leaf(params, Side::One).is_ok(),
		}
	}

	fn leaf(&self, params: &PoolParams, side: Side) -> Result<PoolLeaf, Refusal> {
		let state = self.ledger.state(params.chain(side))?;
		let slot = state.pool_slot(params, side);
		slot.and_then(|slot| state.pool(slot)).copied().ok_or(Refusal::PoolMissing)
	}

	pub(super) fn quote(
		&self,
		params: Decimal,
		direction: u8,
		amount: Decimal,
	) -> Result<Quote, Refusal> {
		let packed = u64::try_from(params.0).map_err(|_| Refusal::BadPoolParams)?;
		let params = PoolParams::unpack(packed);
		params.validate(&self.config.network)?;
		let input = Side::from_number(direction).ok_or(Refusal::BadDirection)?;
		let amount = Amount::new(amount.0)?;
		let reserve_in = self.leaf(&params, input)?.own;
		let reserve_out = self.leaf(&params, input.other())?.own;
		let swap = swap_out(reserve_in, reserve_out, amount, params.fee_bps)?;
		let amount_out = swap.amount_out.get();
		// Above every amount, should the price be so high.
		let spot = mul_div_floor(amount.get(), reserve_out.get(), reserve_in.get());
		let spot = spot.unwrap_or(u128::MAX);
		let less = mul_div_floor(spot.saturating_sub(amount_out), BPS.into(), spot);
		let kept = mul_div_floor(amount.get(), (BPS - params.fee_bps).into(), BPS.into());
		Ok(Quote {
			amount_in: Decimal(amount.get()),
			amount_out: Decimal(amount_out),
			amount_out_at_spot: Decimal(spot),
			price_impact_bps: less.and_then(|less| u32::try_from(less).ok()).unwrap_or_default(),
			pool_fee: Decimal(amount.get() - kept.unwrap_or(amount.get())),
		})
	}

	pub(super) fn fee(
		&self,
		kind: &str,
		chain: ChainId,
		token: u16,
	) -> Result<FeeEstimate, ApiError> {
		if !KINDS.contains(&kind) {
			return Err(ApiError::NotFound { what: format!("operation {kind} with a fee") });
		}
		let position = self.config.network.position(chain)?;
		let token = TokenId(token);
		if !token.is_valid() {
			return Err(Refusal::TokenOutOfRange.into());
		}
		let taken = self.fee_accounts()[position].is_some();
		let least = if taken { self.config.fees.least(chain, token).get() } else { 0 };
		Ok(FeeEstimate { chain: chain.0, token: token.0, least: Decimal(least) })
	}

	/// Counts what could go into a block, until it is full.
	pub(super) fn ready(&self) -> Ready {
		let mut ready = Ready::default();
		if self.paused.is_some() {
			return ready;
		}
		if let Some((_, first)) = self.replay.front() {
			// Nothing else has its turn before.
			if self.is_known(first) {
				ready.operations = self.replay.len();
				ready.oldest = Some(self.replay_since);
			}
			return ready;
		}
		let config = &self.config;
		let mut slots = Slots::new(&config.network, config.class, config.join_class);
		for (chain, queue) in config.network.chains().iter().zip(&self.queues) {
			if self.stuck.iter().any(|(stuck, ..)| stuck == chain) {
				continue;
			}
			for known in queue.iter() {
				let need = Need::of_request(*chain, &known.request, None);
				if ready.is_full(&mut slots, &need, known.since) {
					break;
				}
			}
		}
		for (_, waiting) in self.mempool.iter() {
			if ready.slots_full {
				break;
			}
			if self.mempool.is_next(&waiting.admitted) {
				let need = Need::of_transaction(&waiting.admitted.transaction);
				ready.is_full(&mut slots, &need, waiting.since);
			}
		}
		ready
	}

	fn is_known(&self, item: &ReplayItem) -> bool {
		match item {
			ReplayItem::Transaction(_) => true,
			ReplayItem::Request(chain, index) => {
				let position = self.config.network.position(*chain);
				position.is_ok_and(|position| *index < self.queues[position].next())
			},
		}
	}

	pub(super) fn states_after(&self, after: BlockNumber) -> Option<Vec<Vec<u8>>> {
		if after == self.ledger.number() {
			return self.saved_states();
		}
		match self.runtime.block_on(self.store.snapshot(after)) {
			Ok(snapshot) => Some(snapshot?.states),
			Err(error) => {
				tracing::warn!("the snapshot after block {after} cannot be read: {error}");
				None
			},
		}
	}
}

impl Ready {
	/// Counts an operation. Whether it finds no slots.
	fn is_full(&mut self, slots: &mut Slots, need: &Need, since: std::time::Instant) -> bool {
		self.operations += 1;
		self.oldest = Some(self.oldest.map_or(since, |oldest| oldest.min(since)));
		let full = !slots.take(need);
		self.slots_full |= full;
		full
	}
}
