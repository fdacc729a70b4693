// SPDX-License-Identifier: Apache-2.0

//! What all signed transactions have in common: the head, the words that are signed, the bytes.
//!
//! Section 7.1 of `docs/protocol.md`. All kinds sign the same four words, so that a circuit checks
//! one layout: [`Fields`] is that layout, and each [`Body`] says where its own fields stand in it.

use crate::{
	amount::{Amount, Fee},
	constants::{AMOUNT_BITS, FEE_BITS, NETWORK_BITS, NONCE_BITS, PROTOCOL_VERSION, TIME_BITS},
	ids::{AccountIndex, ChainId, NetworkId, Nonce, Timestamp, TokenId},
	keys::{PublicKey, Signature},
	op::OperationKind,
	pack::Pack,
	poseidon::{Domain, Word, hash},
};

/// A transaction and the one signature that covers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedTransaction<T> {
	/// The network for which it was signed.
	pub network: NetworkId,
	/// The last block time at which it may be executed.
	pub expiry: Timestamp,
	/// What is to be done.
	pub body: T,
	/// The key of every account that it debits.
	pub key: PublicKey,
	/// The signature over [`SignedTransaction::hash`].
	pub signature: Signature,
}

impl<T: Body> SignedTransaction<T> {
	/// The transaction hash: what is signed, and what joins the halves of a joint operation.
	pub fn hash(&self) -> Word {
		transaction_hash(self.network, self.expiry, &self.body)
	}
}

/// The hash that a wallet signs for this body.
pub fn transaction_hash<T: Body>(network: NetworkId, expiry: Timestamp, body: &T) -> Word {
	hash(Domain::TRANSACTION, &body.words(network, expiry))
}

/// What is particular to one kind of signed transaction.
pub trait Body {
	/// The kind's number, which is signed.
	const KIND: OperationKind;

	/// Where the fields stand in the common layout.
	fn fields(&self) -> Fields;

	/// The four words whose hash is signed.
	fn words(&self, network: NetworkId, expiry: Timestamp) -> [Word; 4] {
		self.fields().words(Self::KIND, network, expiry)
	}
}

/// An account that a transaction debits, and the nonce that this spends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Debit {
	/// The account's chain; 0 if there is no such debit.
	pub chain: ChainId,
	/// The account.
	pub account: AccountIndex,
	/// Its nonce before.
	pub nonce: Nonce,
}

/// The common layout of signed transactions. Fields that a kind does not name are zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
	/// The first debit; for a swap the paying account, else the account on side 0.
	pub debit0: Debit,
	/// The debit on side 1 of AddLiquidity.
	pub debit1: Debit,
	/// Amount, or shares.
	pub amount: Amount,
	/// Fee.
	pub fee: Fee,
	/// Token of Transfer and Withdraw; the others name it by their pool.
	pub token: TokenId,
	/// First limit: `min_out`, `max0`, `min0`.
	pub limit_a: Amount,
	/// Second limit: `max1`, `min1`.
	pub limit_b: Amount,
	/// Input side of a swap.
	pub direction: u8,
	/// Owner word of a receiver, or a pool's parameters.
	pub subject: Word,
}

impl Fields {
	/// Zeros, and this subject.
	pub fn new(subject: Word) -> Self {
		Self {
			debit0: Debit::default(),
			debit1: Debit::default(),
			amount: Amount::ZERO,
			fee: Fee::ZERO,
			token: TokenId::NATIVE,
			limit_a: Amount::ZERO,
			limit_b: Amount::ZERO,
			direction: 0,
			subject,
		}
	}

	/// The four words of section 7.1.
	pub fn words(&self, kind: OperationKind, network: NetworkId, expiry: Timestamp) -> [Word; 4] {
		let debit = |pack: Pack, debit: &Debit| {
			pack.field(debit.chain.0.into(), 8)
				.field(debit.account.get().into(), 24)
				.field(debit.nonce.0.into(), NONCE_BITS)
		};
		let head = Pack::new()
			.field(PROTOCOL_VERSION.into(), 8)
			.field(kind.number().into(), 8)
			.field(network.0.into(), NETWORK_BITS)
			.field(expiry.get().into(), TIME_BITS);
		[
			debit(debit(head, &self.debit0), &self.debit1).word(),
			Pack::new()
				.field(self.amount.get(), AMOUNT_BITS)
				.field(self.fee.get(), FEE_BITS)
				.field(self.token.0.into(), 16)
				.word(),
			Pack::new()
				.field(self.limit_a.get(), AMOUNT_BITS)
				.field(self.limit_b.get(), AMOUNT_BITS)
				.field(self.direction.into(), 8)
				.word(),
			self.subject,
		]
	}
}
