// SPDX-License-Identifier: Apache-2.0

//! Signing and sending for everybody: which account, which nonce, which fee; and what was sent.

use std::{
	collections::BTreeMap,
	time::{Duration, SystemTime, UNIX_EPOCH},
};

use jsonrpsee::core::ClientError;
use ligature_operator_api::{Bytes, OperatorApiClient, TransactionHash, code};
use ligature_primitives::{
	amount::{Amount, Fee},
	ids::{AccountIndex, ChainId, Nonce, Side, Timestamp, TokenId},
	op::{
		AddLiquidityBody, Body, OperationKind, SignedTransaction, SwapBody, Transaction,
		TransferBody, WithdrawBody,
	},
};

use super::{
	books::first_shares,
	cast::{Cast, Coins, Role},
	market::Sell,
	tape::Order,
};
use crate::{
	failure::Failure,
	session::{Session, Terms},
};

/// For so many seconds a transaction is good.
const VALID: u64 = 6 * 3_600;

/// How long is waited until an operator that is full is asked again.
const FULL: Duration = Duration::from_millis(500);

/// What somebody has signed.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
	/// The first liquidity of the pool, of both tokens.
	Open {
		/// Of side 0.
		amount0: u128,
		/// Of side 1.
		amount1: u128,
	},
	/// An order of the tape.
	Trade(Order),
	/// A transfer on a chain.
	Transfer {
		/// The chain.
		chain: ChainId,
		/// To whom.
		to: Role,
		/// How much of the token that is traded there.
		amount: u128,
	},
	/// A withdrawal on a chain, to the own account there.
	Withdraw {
		/// The chain.
		chain: ChainId,
		/// How much of the token that is traded there.
		amount: u128,
	},
}

/// A transaction that the operator has taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
	/// Who signed.
	pub role: Role,
	/// What.
	pub deed: Deed,
	/// The chain of the fee.
	pub fee_chain: ChainId,
	/// The fee, in the token that is traded there.
	pub fee: u128,
	/// The transaction.
	pub hash: TransactionHash,
	/// When, in milliseconds since 1970.
	pub at: u64,
}

/// An account that signs.
#[derive(Clone, Copy, Debug)]
struct Seat {
	account: AccountIndex,
	nonce: Nonce,
}

/// Signs and sends.
pub struct Desk<'a> {
	session: &'a Session,
	cast: &'a Cast,
	coins: &'a Coins,
	seats: BTreeMap<(Role, ChainId), Seat>,
	/// The least fee per chain, in the token that is traded there.
	fees: BTreeMap<ChainId, Fee>,
}

impl<'a> Desk<'a> {
	/// Asks for everybody's accounts and for the fees.
	///
	/// # Errors
	///
	/// If somebody has no account, or the operator does not answer.
	pub async fn open(
		session: &'a Session,
		cast: &'a Cast,
		coins: &'a Coins,
	) -> Result<Self, Failure> {
		let mut seats = BTreeMap::new();
		for (role, wallet) in cast.people() {
			for account in session.accounts(wallet.owner()).await? {
				let seat = Seat {
					account: AccountIndex::new(account.index)
						.map_err(|error| broken(&error.to_string()))?,
					nonce: Nonce(account.next_nonce),
				};
				seats.insert((role, ChainId(account.chain)), seat);
			}
		}
		let mut fees = BTreeMap::new();
		for token in coins.both() {
			// One fee for all kinds: the highest of those that are asked for.
			let mut highest = Fee::ZERO;
			for kind in [
				OperationKind::Transfer,
				OperationKind::Withdraw,
				OperationKind::Swap,
				OperationKind::AddLiquidity,
			] {
				let fee = session.fee(kind, token, &Terms::default()).await?;
				highest = highest.max(fee);
			}
			fees.insert(token.chain, highest);
		}
		Ok(Self { session, cast, coins, seats, fees })
	}

	/// Signs and sends; waits as long as the operator is full. What is sent in an order is taken in that order.
	///
	/// # Errors
	///
	/// What the operator refuses; [`Failure::Unreachable`].
	pub async fn send(&mut self, role: Role, deed: Deed) -> Result<Sent, Failure> {
		let (transaction, fee_chain, spent) = self.sign(role, &deed)?;
		let hash = self.submit(&transaction).await?;
		for chain in spent {
			self.seat(role, chain)?.nonce.0 += 1;
		}
		let fee = self.fee(fee_chain)?.get();
		Ok(Sent { role, deed, fee_chain, fee, hash, at: now() })
	}

	/// Signs and sends an order whose limit cannot hold. Its nonce stays unspent.
	///
	/// # Errors
	///
	/// What the operator refuses at once; [`Failure::Unreachable`].
	pub async fn send_in_vain(
		&mut self,
		role: Role,
		order: Order,
	) -> Result<TransactionHash, Failure> {
		let (transaction, ..) = self.sign(role, &Deed::Trade(order))?;
		self.submit(&transaction).await
	}

	async fn submit(&self, transaction: &Transaction) -> Result<TransactionHash, Failure> {
		let bytes = Bytes(transaction.encode());
		loop {
			let submitted = self.session.operator()?.submit(bytes.clone()).await;
			match submitted {
				Ok(hash) => return Ok(hash),
				Err(ClientError::Call(error))
					if [code::MEMPOOL_FULL, code::ACCOUNT_FULL, code::NONCE_TOO_FAR]
						.contains(&error.code()) =>
				{
					tokio::time::sleep(FULL).await;
				},
				Err(error) => return Err(trouble(self.session, error)),
			}
		}
	}

	/// The transaction, the chain of its fee, and the chains whose accounts spend a nonce.
	fn sign(
		&mut self,
		role: Role,
		deed: &Deed,
	) -> Result<(Transaction, ChainId, Vec<ChainId>), Failure> {
		let params = self.coins.params();
		Ok(match deed {
			Deed::Open { amount0, amount1 } => {
				let seat0 = *self.seat(role, params.chain0)?;
				let seat1 = *self.seat(role, params.chain1)?;
				let body = AddLiquidityBody {
					params,
					account0: seat0.account,
					nonce0: seat0.nonce,
					account1: seat1.account,
					nonce1: seat1.nonce,
					// What is minted follows from both amounts; this is the least.
					shares: amount(first_shares(*amount0, *amount1))?,
					max0: amount(*amount0)?,
					max1: amount(*amount1)?,
					fee: self.fee(params.chain0)?,
				};
				let spent = vec![params.chain0, params.chain1];
				(self.signed(role, body), params.chain0, spent)
			},
			Deed::Trade(order) => {
				let direction = match order.sells {
					Sell::Zero => Side::Zero,
					Sell::One => Side::One,
				};
				let chain = params.chain(direction);
				let seat = *self.seat(role, chain)?;
				let body = SwapBody {
					params,
					direction,
					account: seat.account,
					nonce: seat.nonce,
					amount: amount(order.amount)?,
					min_out: amount(order.min_out)?,
					fee: self.fee(chain)?,
				};
				(self.signed(role, body), chain, vec![chain])
			},
			Deed::Transfer { chain, to, amount: value } => {
				let seat = *self.seat(role, *chain)?;
				let body = TransferBody {
					chain: *chain,
					account: seat.account,
					nonce: seat.nonce,
					token: self.token(*chain),
					receiver: self.cast.wallet(*to).owner(),
					amount: amount(*value)?,
					fee: self.fee(*chain)?,
				};
				(self.signed(role, body), *chain, vec![*chain])
			},
			Deed::Withdraw { chain, amount: value } => {
				let seat = *self.seat(role, *chain)?;
				let body = WithdrawBody {
					chain: *chain,
					account: seat.account,
					nonce: seat.nonce,
					token: self.token(*chain),
					receiver: self.cast.wallet(role).owner(),
					amount: amount(*value)?,
					fee: self.fee(*chain)?,
				};
				(self.signed(role, body), *chain, vec![*chain])
			},
		})
	}

	fn signed<T: Body>(&self, role: Role, body: T) -> Transaction
	where
		Transaction: From<SignedTransaction<T>>,
	{
		let expiry = Timestamp::new(now() / 1_000 + VALID).expect("far below 2^40 seconds; qed");
		let secret = self.cast.wallet(role).secret();
		SignedTransaction::sign(self.session.network_id(), expiry, body, secret).into()
	}

	fn seat(&mut self, role: Role, chain: ChainId) -> Result<&mut Seat, Failure> {
		let seat = self.seats.get_mut(&(role, chain));
		seat.ok_or_else(|| broken(&format!("the {role} has no account on chain {chain}")))
	}

	fn fee(&self, chain: ChainId) -> Result<Fee, Failure> {
		let fee = self.fees.get(&chain).copied();
		fee.ok_or_else(|| broken(&format!("nothing is traded on chain {chain}")))
	}

	fn token(&self, chain: ChainId) -> TokenId {
		self.coins.on(chain).id
	}
}

fn amount(value: u128) -> Result<Amount, Failure> {
	Amount::new(value).map_err(|error| broken(&error.to_string()))
}

/// Something that cannot be if the parts are what they say.
fn broken(what: &str) -> Failure {
	Failure::failed(what, "the operator's log may say more; please report this")
}

/// A failure of a call of the operator.
pub fn trouble(session: &Session, error: ClientError) -> Failure {
	crate::session::operator_trouble(session.operator_url(), error)
}

/// Milliseconds since 1970.
pub fn now() -> u64 {
	let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
	u64::try_from(now.as_millis()).unwrap_or(u64::MAX)
}
