// SPDX-License-Identifier: Apache-2.0

//! What can be said about a transaction without the ledger. It is the dear part, above all the signature, and any
//! thread can do it.

use ligature_operator_api::{ApiError, TransactionHash};
use ligature_primitives::{
	amount::{Amount, Fee},
	header::Network,
	ids::{ChainId, TokenId},
	op::{AddLiquidityBody, Debit, Transaction},
	pool::PoolParams,
	poseidon::Word,
	refusal::Refusal,
};

/// A transaction whose form is right and whose signature holds under its own key. Whether that is the account's key,
/// only the ledger knows.
#[derive(Clone, Debug)]
pub struct Admitted {
	pub(super) hash: TransactionHash,
	pub(super) bytes: Vec<u8>,
	pub(super) transaction: Transaction,
	/// The word of the key that signed.
	pub(super) key: Word,
	/// What it debits: one account, or two.
	pub(super) debits: Vec<Debit>,
	/// Chain, token and amount of the fee.
	pub(super) fee: (ChainId, TokenId, Fee),
}

impl Admitted {
	/// Decodes a transaction, checks what does not depend on the ledger, in the order of section 7.2 of
	/// `docs/protocol.md`, and last the signature. Of balances only this much: a sum of amount and fee that is no amount
	/// is above every balance.
	///
	/// # Errors
	///
	/// Refusals of the protocol: those of [`Transaction::decode`], `UnknownChain`, `WrongNetwork`, `TokenOutOfRange`,
	/// `OwnerZero`, `BadPoolParams`, `MinOutZero`, `SharesZero`, `NonceMismatch` (the two nonces of an AddLiquidity from
	/// one account do not follow each other), `NonceExhausted`, `InsufficientBalance`, those of keys, `BadSignature`.
	pub fn check(bytes: Vec<u8>, network: &Network) -> Result<Self, ApiError> {
		Ok(Self::check_static(bytes, network)?)
	}

	fn check_static(bytes: Vec<u8>, network: &Network) -> Result<Self, Refusal> {
		let transaction = Transaction::decode(&bytes)?;
		check_body(&transaction, network)?;
		let admitted = Self::of(transaction, bytes);
		for debit in &admitted.debits {
			debit.nonce.next()?;
		}
		admitted.transaction.verify()?;
		Ok(admitted)
	}

	/// One that was checked before, from the store.
	pub(super) fn restore(bytes: Vec<u8>) -> Result<Self, Refusal> {
		let transaction = Transaction::decode(&bytes)?;
		Ok(Self::of(transaction, bytes))
	}

	fn of(transaction: Transaction, bytes: Vec<u8>) -> Self {
		let fields = transaction.fields();
		let fee_token = match &transaction {
			Transaction::Transfer(_) | Transaction::Withdraw(_) => fields.token,
			Transaction::Swap(tx) => tx.body.params.token(tx.body.direction),
			Transaction::AddLiquidity(tx) => tx.body.params.token0,
			Transaction::RemoveLiquidity(tx) => tx.body.params.token0,
		};
		let two = matches!(transaction, Transaction::AddLiquidity(_));
		let debits = [fields.debit0, fields.debit1].into_iter().take(1 + usize::from(two));
		Self {
			hash: TransactionHash(transaction.hash()),
			key: key_word(&transaction),
			debits: debits.collect(),
			fee: (fields.debit0.chain, fee_token, fields.fee),
			bytes,
			transaction,
		}
	}

	/// The transaction's hash.
	pub fn hash(&self) -> TransactionHash {
		self.hash
	}
}

/// Zero, which is no account's key, if the bytes are no key.
fn key_word(transaction: &Transaction) -> Word {
	let word = match transaction {
		Transaction::Transfer(tx) => tx.key.word(),
		Transaction::Withdraw(tx) => tx.key.word(),
		Transaction::Swap(tx) => tx.key.word(),
		Transaction::AddLiquidity(tx) => tx.key.word(),
		Transaction::RemoveLiquidity(tx) => tx.key.word(),
	};
	word.unwrap_or_default()
}

/// What each kind checks before it looks at the ledger, in the ledger's order.
fn check_body(transaction: &Transaction, network: &Network) -> Result<(), Refusal> {
	let head = |chains: &[ChainId]| {
		chains.iter().try_for_each(|chain| network.position(*chain).map(drop))?;
		let own = transaction.network() == network.id();
		if own { Ok(()) } else { Err(Refusal::WrongNetwork) }
	};
	let pool = |params: &PoolParams| {
		head(&[params.chain0, params.chain1])?;
		params.validate(network)
	};
	match transaction {
		Transaction::Transfer(tx) => {
			let body = &tx.body;
			head(&[body.chain])?;
			in_range(body.token.is_valid())?;
			body.receiver.non_zero()?;
			payable(body.amount, body.fee)
		},
		Transaction::Withdraw(tx) => {
			let body = &tx.body;
			head(&[body.chain])?;
			in_range(body.token.is_l1())?;
			body.receiver.non_zero()?;
			payable(body.amount, body.fee)
		},
		Transaction::Swap(tx) => {
			let body = &tx.body;
			pool(&body.params)?;
			if body.min_out.is_zero() {
				return Err(Refusal::MinOutZero);
			}
			payable(body.amount, body.fee)
		},
		Transaction::AddLiquidity(tx) => {
			pool(&tx.body.params)?;
			if tx.body.shares.is_zero() {
				return Err(Refusal::SharesZero);
			}
			follow(&tx.body)
		},
		Transaction::RemoveLiquidity(tx) => {
			pool(&tx.body.params)?;
			if tx.body.shares.is_zero() {
				return Err(Refusal::SharesZero);
			}
			Ok(())
		},
	}
}

fn in_range(ok: bool) -> Result<(), Refusal> {
	if ok { Ok(()) } else { Err(Refusal::TokenOutOfRange) }
}

fn payable(amount: Amount, fee: Fee) -> Result<(), Refusal> {
	amount.checked_add(fee.into()).map(drop).ok_or(Refusal::InsufficientBalance)
}

/// If both accounts are one, its second debit spends the nonce after the first.
fn follow(body: &AddLiquidityBody) -> Result<(), Refusal> {
	let params = &body.params;
	let same = (params.chain0, body.account0) == (params.chain1, body.account1);
	if same && body.nonce0.next()? != body.nonce1 {
		return Err(Refusal::NonceMismatch);
	}
	Ok(())
}
