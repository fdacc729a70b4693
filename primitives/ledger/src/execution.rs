// SPDX-License-Identifier: Apache-2.0

//! The checks that operations share, and the record of what one operation does.

use crate::{
	block::{Effect, FeeTaken, OpenBlock},
	receipt::{BalanceChange, Payment},
	state::{Account, ChainState, PoolLeaf},
};
use alloc::vec::Vec;
use core::cell::OnceCell;
use ligature_primitives::{
	amount::{Amount, Fee},
	constants::{FEE_TOKENS, FIRST_EXIT_INDEX, FIRST_RESERVED_INDEX, MAX_ACCOUNTS},
	header::Network,
	ids::{AccountIndex, ChainId, Nonce, Owner, PoolSlot, Side, TokenId},
	log::LogEntry,
	op::{Body, CellCode, Half, SignedTransaction, Target},
	pool::{Liquidity, PoolParams},
	poseidon::Word,
	refusal::Refusal,
};

/// One operation on its way through its checks.
///
/// The methods below change the states as they go; if a later check refuses the operation, the
/// ledger unwinds them.
pub(crate) struct Execution<'a> {
	network: &'a Network,
	states: &'a mut [ChainState],
	block: &'a OpenBlock,
	pub effects: Vec<Effect>,
	pub changes: Vec<BalanceChange>,
	pub created: Vec<(ChainId, AccountIndex)>,
	pub paid: Option<Payment>,
	pub fee: Option<FeeTaken>,
}

/// The account that got a credit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Credited {
	pub account: AccountIndex,
	/// The owner, if the account is new.
	pub created: Option<Owner>,
}

/// By whose will a credit creates an account, which decides how far the indices reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Creator {
	/// A signed transaction: Transfer, Swap, RemoveLiquidity.
	Signer,
	/// A request on the same chain, whose door counts them: Deposit, ChangePubKey.
	Request,
	/// The exit of shares from the pool's home: the far half of FullExit.
	Exit,
}

impl Creator {
	/// C4: the first index that may not be created.
	pub const fn limit(self) -> u32 {
		match self {
			Self::Signer => FIRST_RESERVED_INDEX,
			Self::Request => FIRST_EXIT_INDEX,
			Self::Exit => MAX_ACCOUNTS,
		}
	}
}

/// Both leaves of a pool, as they were before the operation.
pub(crate) struct Pool {
	params: PoolParams,
	chains: [usize; 2],
	slots: [PoolSlot; 2],
	leaves: [PoolLeaf; 2],
}

impl Pool {
	pub fn params(&self) -> &PoolParams {
		&self.params
	}

	/// The place in the network of a side's chain.
	pub fn chain(&self, side: Side) -> usize {
		self.chains[usize::from(side.number())]
	}

	/// Where a side's leaf stands on its chain.
	pub fn slot(&self, side: Side) -> PoolSlot {
		self.slots[usize::from(side.number())]
	}

	/// A side's own reserve.
	pub fn reserve(&self, side: Side) -> Amount {
		self.leaves[usize::from(side.number())].own
	}

	/// The share token, on the chain of side 0.
	pub fn lp_token(&self) -> TokenId {
		TokenId::lp(self.slots[0]).expect("a leaf's slot is below 512; qed")
	}

	/// Reserves and supply.
	pub fn liquidity(&self) -> Liquidity {
		Liquidity {
			reserve0: self.leaves[0].own,
			reserve1: self.leaves[1].own,
			supply: self.leaves[0].supply,
		}
	}
}

/// What a joint operation's log entries say besides reserves.
pub(crate) struct Entry {
	pub code: CellCode,
	pub side: Side,
	/// Change of the side's own reserve.
	pub amount: Amount,
	/// The signed limits, on the halves that check a signature.
	pub limits: (Amount, Amount),
	/// Shares minted or burned, on side 0.
	pub shares: Amount,
}

/// Who signed a transaction. The signature is checked once even if two accounts are debited, as
/// message and key are the same.
pub(crate) struct Signer<'a, T> {
	tx: &'a SignedTransaction<T>,
	hash: OnceCell<Word>,
	verified: OnceCell<bool>,
}

impl<'a, T: Body> Signer<'a, T> {
	pub fn new(tx: &'a SignedTransaction<T>) -> Self {
		Self { tx, hash: OnceCell::new(), verified: OnceCell::new() }
	}

	/// The transaction hash.
	pub fn hash(&self) -> Word {
		*self.hash.get_or_init(|| self.tx.hash())
	}

	/// D3. A key in a leaf was validated when it got there and its word binds it, so that bytes which
	/// decode to the same word need no validation, and others are wrong anyway.
	fn check_key(&self, leaf: &Account) -> Result<(), Refusal> {
		if self.tx.key.word() == Some(leaf.key()) { Ok(()) } else { Err(Refusal::WrongKey) }
	}

	/// D6, which comes after D3 and relies on it.
	fn check_signature(&self) -> Result<(), Refusal> {
		let verify = || {
			let key = self.tx.key.point();
			key.is_ok_and(|point| point.verify(&self.hash(), &self.tx.signature).is_ok())
		};
		if *self.verified.get_or_init(verify) { Ok(()) } else { Err(Refusal::BadSignature) }
	}
}

impl<'a> Execution<'a> {
	pub fn new(network: &'a Network, states: &'a mut [ChainState], block: &'a OpenBlock) -> Self {
		Self {
			network,
			states,
			block,
			effects: Vec::new(),
			changes: Vec::new(),
			created: Vec::new(),
			paid: None,
			fee: None,
		}
	}

	pub fn network(&self) -> &Network {
		self.network
	}

	pub fn state(&self, chain: usize) -> &ChainState {
		&self.states[chain]
	}

	pub fn state_mut(&mut self, chain: usize) -> &mut ChainState {
		&mut self.states[chain]
	}

	/// H1: the chain's place in the network.
	pub fn chain(&self, chain: ChainId) -> Result<usize, Refusal> {
		self.network.position(chain)
	}

	/// H3 and H4, the head of signed transactions; versions and widths were refused when the bytes
	/// became a transaction.
	pub fn head<T>(&self, tx: &SignedTransaction<T>) -> Result<(), Refusal> {
		if tx.network != self.network.id() {
			return Err(Refusal::WrongNetwork);
		}
		if tx.expiry < self.block.params.timestamp {
			return Err(Refusal::Expired);
		}
		Ok(())
	}

	/// H7: the fee has its place, and is taken if the operation succeeds.
	pub fn take_fee(&mut self, chain: usize, token: TokenId, fee: Fee) -> Result<(), Refusal> {
		if fee.is_zero() {
			return Ok(());
		}
		let fees = &self.block.chains[chain].fees;
		if !fees.contains_key(&token) && fees.len() >= FEE_TOKENS {
			return Err(Refusal::FeeTokensFull);
		}
		if self.states[chain].account(self.block.params.fee_accounts[chain]).is_none() {
			return Err(Refusal::FeeAccountMissing);
		}
		self.fee = Some(FeeTaken { chain, token, amount: fee.into() });
		Ok(())
	}

	/// D: the account pays `value` by the signer's will, which spends the nonce.
	pub fn debit<T: Body>(
		&mut self,
		chain: usize,
		(account, nonce): (AccountIndex, Nonce),
		token: TokenId,
		value: Option<Amount>,
		signer: &Signer<'_, T>,
	) -> Result<(), Refusal> {
		let leaf = self.states[chain].account(account).ok_or(Refusal::AccountMissing)?;
		if !leaf.has_key() {
			return Err(Refusal::KeyUnset);
		}
		signer.check_key(leaf)?;
		if leaf.nonce() != nonce {
			return Err(Refusal::NonceMismatch);
		}
		let next = nonce.next()?;
		if self.block.params.verify_signatures {
			signer.check_signature()?;
		}
		// A value that is no amount is above every balance.
		let after = value
			.and_then(|value| leaf.balance(token).checked_sub(value))
			.ok_or(Refusal::InsufficientBalance)?;
		self.set_balance(chain, account, token, after);
		self.states[chain].set_nonce(account, next);
		Ok(())
	}

	/// C1 to C4: the account that `target` names, created if it is new.
	pub fn resolve(
		&mut self,
		chain: usize,
		target: Target,
		owner: Owner,
		creator: Creator,
	) -> Result<Credited, Refusal> {
		match target {
			Target::Existing(account) => {
				let leaf = self.states[chain].account(account).ok_or(Refusal::ReceiverMissing)?;
				if leaf.owner != owner {
					return Err(Refusal::OwnerMismatch);
				}
				Ok(Credited { account, created: None })
			},
			Target::New => {
				owner.non_zero()?;
				let state = &mut self.states[chain];
				let account = state.create(owner, creator.limit()).ok_or(Refusal::TreeFull)?;
				self.created.push((self.states[chain].chain(), account));
				Ok(Credited { account, created: Some(owner) })
			},
		}
	}

	/// C5: adds to the balance of an account that exists.
	pub fn add(
		&mut self,
		chain: usize,
		account: AccountIndex,
		token: TokenId,
		value: Amount,
	) -> Result<(), Refusal> {
		let before = self.states[chain].balance(account, token);
		let after = before.checked_add(value).ok_or(Refusal::BalanceOverflow)?;
		self.set_balance(chain, account, token, after);
		Ok(())
	}

	/// C: [`Self::resolve`] and [`Self::add`].
	pub fn credit(
		&mut self,
		chain: usize,
		(target, owner, creator): (Target, Owner, Creator),
		token: TokenId,
		value: Amount,
	) -> Result<Credited, Refusal> {
		let credited = self.resolve(chain, target, owner, creator)?;
		self.add(chain, credited.account, token, value)?;
		Ok(credited)
	}

	/// Writes a balance of an account that exists.
	pub fn set_balance(
		&mut self,
		chain: usize,
		account: AccountIndex,
		token: TokenId,
		after: Amount,
	) {
		let state = &mut self.states[chain];
		let before = state.balance(account, token);
		state.set_balance(account, token, after);
		let chain = state.chain();
		self.changes.push(BalanceChange { chain, account, token, before, after });
	}

	/// L1 pays: the total of the token falls.
	pub fn pay(&mut self, chain: usize, receiver: Owner, token: TokenId, amount: Amount) {
		let state = &mut self.states[chain];
		let total = state
			.total(token)
			.checked_sub(amount)
			.expect("the total holds every balance, and this much was just taken out of one; qed");
		state.set_total(token, total);
		self.paid = Some(Payment { chain: state.chain(), receiver, token, amount });
	}

	/// Both leaves of a pool whose chains are in the network.
	pub fn pool(&self, params: &PoolParams) -> Result<Pool, Refusal> {
		let side = |side| -> Result<_, Refusal> {
			let chain = self.chain(params.chain(side))?;
			let state = &self.states[chain];
			let slot = state.pool_slot(params, side).ok_or(Refusal::PoolMissing)?;
			let leaf = state.pool(slot).ok_or(Refusal::PoolMissing)?;
			Ok((chain, slot, *leaf))
		};
		let (zero, one) = (side(Side::Zero)?, side(Side::One)?);
		Ok(Pool {
			params: *params,
			chains: [zero.0, one.0],
			slots: [zero.1, one.1],
			leaves: [zero.2, one.2],
		})
	}

	/// Writes reserves and supply to both leaves.
	pub fn set_pool(&mut self, pool: &Pool, after: &Liquidity) {
		let [zero, one] = pool.leaves;
		let zero =
			PoolLeaf { own: after.reserve0, foreign: after.reserve1, supply: after.supply, ..zero };
		let one = PoolLeaf { own: after.reserve1, foreign: after.reserve0, ..one };
		self.states[pool.chains[0]].set_pool(pool.slots[0], zero);
		self.states[pool.chains[1]].set_pool(pool.slots[1], one);
	}

	/// A half that touches no pool and is not entered by L1.
	pub fn local(&mut self, chain: usize, half: impl Into<Half>) {
		let half = half.into();
		self.effects.push(Effect { chain, half, entry: None, priority: false });
	}

	/// A half that serves a request of L1.
	pub fn served(&mut self, chain: usize, half: impl Into<Half>) {
		let half = half.into();
		self.effects.push(Effect { chain, half, entry: None, priority: true });
	}

	/// A half of a joint operation, after [`Self::set_pool`]; side 0 comes first.
	pub fn joint(
		&mut self,
		pool: &Pool,
		half: impl Into<Half>,
		entry: &Entry,
		tx: Word,
		owner: Word,
	) {
		let side = usize::from(entry.side.number());
		let chain = pool.chains[side];
		let slot = pool.slots[side];
		let half = half.into();
		let foreign = self.states[chain].pool(slot).map_or(Amount::ZERO, |leaf| leaf.foreign);
		let log = LogEntry {
			code: entry.code,
			side: entry.side,
			before: pool.leaves[side].own,
			amount: entry.amount,
			foreign,
			limit_a: entry.limits.0,
			limit_b: entry.limits.1,
			supply: pool.leaves[side].supply,
			shares: entry.shares,
			params: pool.params,
			tx,
			owner,
		};
		let priority = entry.code == CellCode::ExitBurn;
		self.effects.push(Effect { chain, half, entry: Some(log), priority });
	}
}
