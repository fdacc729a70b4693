// SPDX-License-Identifier: Apache-2.0

//! What all signed transactions have in common: the head, the words that are signed, the bytes.
//!
//! Section 7.1 of `docs/protocol.md`. All kinds sign the same four words, so that a circuit checks
//! one layout: [`Fields`] is that layout, and each [`Body`] says where its own fields stand in it.

use ark_std::{vec, vec::Vec};

use crate::{
	amount::{Amount, Fee},
	bytes::{Fixed, take, take_u8},
	constants::{AMOUNT_BITS, FEE_BITS, NETWORK_BITS, NONCE_BITS, PROTOCOL_VERSION, TIME_BITS},
	ids::{AccountIndex, ChainId, NetworkId, Nonce, Timestamp, TokenId},
	keys::{PublicKey, SecretKey, Signature, SignerKey},
	op::{
		AddLiquidityBody, OperationKind, RemoveLiquidityBody, SwapBody, TransferBody, WithdrawBody,
	},
	pack::Pack,
	poseidon::{Domain, Word, hash},
	refusal::Refusal,
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
	pub key: SignerKey,
	/// The signature over [`SignedTransaction::hash`].
	pub signature: Signature,
}

impl<T: Body> SignedTransaction<T> {
	/// The transaction hash: what is signed, and what joins the halves of a joint operation.
	pub fn hash(&self) -> Word {
		transaction_hash(self.network, self.expiry, &self.body)
	}

	/// Signs a body with the key of the accounts that it debits.
	pub fn sign(network: NetworkId, expiry: Timestamp, body: T, secret: &SecretKey) -> Self {
		let signature = secret.sign(&transaction_hash(network, expiry, &body));
		Self { network, expiry, body, key: secret.key_point().into(), signature }
	}

	/// Checks the signature under the transaction's own key: the key's form, then
	/// [`Refusal::BadSignature`]. Whether it is the account's key, only the ledger knows.
	pub fn verify(&self) -> Result<(), Refusal> {
		Ok(self.key.point()?.validate()?.verify(&self.hash(), &self.signature)?)
	}

	/// The bytes that are sent and stored (section 7.1 of `docs/protocol.md`).
	pub fn encode(&self) -> Vec<u8> {
		let mut out = vec![PROTOCOL_VERSION, T::KIND.number()];
		self.network.put(&mut out);
		self.expiry.put(&mut out);
		self.body.encode(&mut out);
		out.extend(self.key.public_key().0);
		out.extend(self.signature.to_bytes());
		out
	}

	/// Reads what follows version and kind, to the end.
	fn decode_rest(mut input: &[u8]) -> Result<Self, Refusal> {
		let input = &mut input;
		let transaction = Self {
			network: Fixed::take(input)?,
			expiry: Fixed::take(input)?,
			body: T::decode(input)?,
			key: PublicKey(take(input)?).into(),
			signature: Signature::from_bytes(&take(input)?),
		};
		if input.is_empty() { Ok(transaction) } else { Err(Refusal::TrailingBytes) }
	}
}

/// A signed transaction of any kind: what wallets send.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the operation of its name")]
pub enum Transaction {
	Transfer(SignedTransaction<TransferBody>),
	Withdraw(SignedTransaction<WithdrawBody>),
	Swap(SignedTransaction<SwapBody>),
	AddLiquidity(SignedTransaction<AddLiquidityBody>),
	RemoveLiquidity(SignedTransaction<RemoveLiquidityBody>),
}

/// Calls the same method on the transaction of every kind.
macro_rules! each {
	($self:expr, $tx:ident => $call:expr) => {
		match $self {
			Transaction::Transfer($tx) => $call,
			Transaction::Withdraw($tx) => $call,
			Transaction::Swap($tx) => $call,
			Transaction::AddLiquidity($tx) => $call,
			Transaction::RemoveLiquidity($tx) => $call,
		}
	};
}

impl Transaction {
	/// The bytes that are sent and stored.
	pub fn encode(&self) -> Vec<u8> {
		each!(self, tx => tx.encode())
	}

	/// Reads what [`Transaction::encode`] wrote and nothing else.
	///
	/// # Errors
	///
	/// In the order of the bytes: [`Refusal::WrongVersion`], [`Refusal::UnknownKind`] (of kinds that
	/// are not signed as well), [`Refusal::TimeTooLarge`], [`Refusal::IndexTooLarge`],
	/// [`Refusal::AmountTooLarge`], [`Refusal::FeeTooLarge`], [`Refusal::BadDirection`];
	/// [`Refusal::UnexpectedEnd`], [`Refusal::TrailingBytes`].
	pub fn decode(mut bytes: &[u8]) -> Result<Self, Refusal> {
		let input = &mut bytes;
		if take_u8(input)? != PROTOCOL_VERSION {
			return Err(Refusal::WrongVersion);
		}
		Ok(match OperationKind::from_number(take_u8(input)?)? {
			OperationKind::Transfer => Self::Transfer(SignedTransaction::decode_rest(input)?),
			OperationKind::Withdraw => Self::Withdraw(SignedTransaction::decode_rest(input)?),
			OperationKind::Swap => Self::Swap(SignedTransaction::decode_rest(input)?),
			OperationKind::AddLiquidity => {
				Self::AddLiquidity(SignedTransaction::decode_rest(input)?)
			},
			OperationKind::RemoveLiquidity => {
				Self::RemoveLiquidity(SignedTransaction::decode_rest(input)?)
			},
			OperationKind::Noop
			| OperationKind::Deposit
			| OperationKind::FullExit
			| OperationKind::ChangePubKey
			| OperationKind::CreatePool => return Err(Refusal::UnknownKind),
		})
	}

	/// The transaction's kind.
	pub fn kind(&self) -> OperationKind {
		fn kind<T: Body>(_: &SignedTransaction<T>) -> OperationKind {
			T::KIND
		}
		each!(self, tx => kind(tx))
	}

	/// The transaction hash.
	pub fn hash(&self) -> Word {
		each!(self, tx => tx.hash())
	}

	/// The fields in the layout common to all kinds.
	pub fn fields(&self) -> Fields {
		each!(self, tx => tx.body.fields())
	}

	/// The network for which it was signed.
	pub fn network(&self) -> NetworkId {
		each!(self, tx => tx.network)
	}

	/// The last block time at which it may be executed.
	pub fn expiry(&self) -> Timestamp {
		each!(self, tx => tx.expiry)
	}

	/// The key that signed it.
	pub fn key(&self) -> PublicKey {
		each!(self, tx => tx.key.public_key())
	}

	/// The signature, valid or not.
	pub fn signature(&self) -> Signature {
		each!(self, tx => tx.signature)
	}

	/// Checks the signature under the transaction's own key; see [`SignedTransaction::verify`].
	pub fn verify(&self) -> Result<(), Refusal> {
		each!(self, tx => tx.verify())
	}
}

macro_rules! from_transaction {
	($($variant:ident($body:ident))*) => {
		$(
			impl From<SignedTransaction<$body>> for Transaction {
				fn from(transaction: SignedTransaction<$body>) -> Self {
					Self::$variant(transaction)
				}
			}
		)*
	};
}

from_transaction! {
	Transfer(TransferBody) Withdraw(WithdrawBody) Swap(SwapBody)
	AddLiquidity(AddLiquidityBody) RemoveLiquidity(RemoveLiquidityBody)
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

	/// Appends the fields' bytes, in the order of section 7.1.
	fn encode(&self, out: &mut Vec<u8>);

	/// Reads the fields off the front of `input`.
	fn decode(input: &mut &[u8]) -> Result<Self, Refusal>
	where
		Self: Sized;

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

#[cfg(test)]
mod tests;
