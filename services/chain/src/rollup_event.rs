// SPDX-License-Identifier: Apache-2.0

//! The events of the rollup's pallet, with the types of the protocol.

use crate::{event::Event, types::AccountId};
use ligature_primitives::{
	header::Digest,
	ids::{AccountIndex, BlockNumber, ChainId, PoolSlot, TokenId},
};
use subxt::ext::scale_value::{Primitive, ValueDef};

/// An event of the rollup. The pallet's documentation says when each comes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the pallet's events have the same names and fields, and say it")]
pub enum RollupEvent {
	/// The network's chains are known.
	NetworkOpened { chain_list_hash: Digest },
	/// An asset is a token of the rollup.
	TokenRegistered { token: TokenId, asset: u32 },
	/// A request is in the queue; `hash` is its content hash.
	RequestQueued { index: u64, hash: Digest, payer: AccountId, price: u128, expires: u32 },
	/// A block is committed; its public data stands in `extrinsic` of the chain's block `block`.
	BlockCommitted { number: BlockNumber, hash: Digest, block: u32, extrinsic: u32 },
	/// A block is proven on this chain.
	BlockProven { number: BlockNumber, hash: Digest, prover: AccountId },
	/// The oracles have seen a block proven on all chains.
	BlockCertified { number: BlockNumber, hash: Digest },
	/// A block's payments are made.
	BlockExecuted { number: BlockNumber, hash: Digest, payments: u32 },
	/// The blocks after `to` are taken back.
	BlocksReverted { to: BlockNumber, epoch: u32 },
	/// The oracles have barred a block from being proven on this chain.
	BlockRefused { number: BlockNumber, hash: Digest },
	/// A payment is made.
	Paid { who: AccountId, token: TokenId, amount: u128 },
	/// A payment failed, and can be claimed.
	PaymentPending { who: AccountId, token: TokenId, amount: u128 },
	/// A pending payment was claimed.
	Claimed { who: AccountId, to: AccountId, token: TokenId, amount: u128 },
	/// Deposits are paused, or no longer.
	DepositsPausedSet { paused: bool },
	/// Commit, prove and execute are stopped.
	HaltedBecause,
	/// They go on.
	Resumed,
	/// The rollup ends.
	ExodusBegun,
	/// The block against which everybody leaves is fixed.
	FreezeFixed { number: BlockNumber, hash: Digest },
	/// A balance left in exodus.
	Exited { who: AccountId, account: AccountIndex, token: TokenId, amount: u128 },
	/// Liquidity left in exodus.
	LiquidityExited { who: AccountId, home: ChainId, slot: PoolSlot, token: TokenId, amount: u128 },
	/// A deposit that no block consumed went back.
	DepositRefunded { index: u64, who: AccountId, token: TokenId, amount: u128 },
}

impl Event {
	/// The event with the types of the protocol, if it is one of the rollup's that this program knows.
	pub fn rollup(&self) -> Option<RollupEvent> {
		if self.pallet != "Rollup" {
			return None;
		}
		let number = || self.number("number")?.try_into().map(BlockNumber).ok();
		let hash = || self.bytes32("hash");
		let who = || self.bytes32("who");
		let token = || self.number("token")?.try_into().map(TokenId).ok();
		let amount = || self.number("amount");
		let small = |name| self.number(name)?.try_into().ok();
		let index = || self.number("index")?.try_into().ok();
		Some(match &*self.name {
			"NetworkOpened" => {
				RollupEvent::NetworkOpened { chain_list_hash: self.bytes32("chain_list_hash")? }
			},
			"TokenRegistered" => {
				RollupEvent::TokenRegistered { token: token()?, asset: small("asset")? }
			},
			"RequestQueued" => RollupEvent::RequestQueued {
				index: index()?,
				hash: hash()?,
				payer: self.bytes32("payer")?,
				price: self.number("price")?,
				expires: small("expires")?,
			},
			"BlockCommitted" => RollupEvent::BlockCommitted {
				number: number()?,
				hash: hash()?,
				block: small("block")?,
				extrinsic: small("extrinsic")?,
			},
			"BlockProven" => RollupEvent::BlockProven {
				number: number()?,
				hash: hash()?,
				prover: self.bytes32("prover")?,
			},
			"BlockCertified" => RollupEvent::BlockCertified { number: number()?, hash: hash()? },
			"BlockExecuted" => RollupEvent::BlockExecuted {
				number: number()?,
				hash: hash()?,
				payments: small("payments")?,
			},
			"BlocksReverted" => RollupEvent::BlocksReverted {
				to: self.number("to")?.try_into().map(BlockNumber).ok()?,
				epoch: small("epoch")?,
			},
			"BlockRefused" => RollupEvent::BlockRefused { number: number()?, hash: hash()? },
			"Paid" => RollupEvent::Paid { who: who()?, token: token()?, amount: amount()? },
			"PaymentPending" => {
				RollupEvent::PaymentPending { who: who()?, token: token()?, amount: amount()? }
			},
			"Claimed" => RollupEvent::Claimed {
				who: who()?,
				to: self.bytes32("to")?,
				token: token()?,
				amount: amount()?,
			},
			"DepositsPausedSet" => match self.field("paused")?.value {
				ValueDef::Primitive(Primitive::Bool(paused)) => {
					RollupEvent::DepositsPausedSet { paused }
				},
				_ => return None,
			},
			"HaltedBecause" => RollupEvent::HaltedBecause,
			"Resumed" => RollupEvent::Resumed,
			"ExodusBegun" => RollupEvent::ExodusBegun,
			"FreezeFixed" => RollupEvent::FreezeFixed { number: number()?, hash: hash()? },
			"Exited" => RollupEvent::Exited {
				who: who()?,
				account: AccountIndex::new(small("account")?).ok()?,
				token: token()?,
				amount: amount()?,
			},
			"LiquidityExited" => RollupEvent::LiquidityExited {
				who: who()?,
				home: self.number("home")?.try_into().map(ChainId).ok()?,
				slot: self.number("slot")?.try_into().map(PoolSlot).ok()?,
				token: token()?,
				amount: amount()?,
			},
			"DepositRefunded" => RollupEvent::DepositRefunded {
				index: index()?,
				who: who()?,
				token: token()?,
				amount: amount()?,
			},
			_ => return None,
		})
	}
}
