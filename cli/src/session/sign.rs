// SPDX-License-Identifier: Apache-2.0

//! Signing: which account, which nonce, which fee, until when; transfers and withdrawals.

use std::time::Duration;

use ligature_operator_api::{AccountInfo, OperatorApiClient, TransactionHash};
use ligature_primitives::{
	amount::{Amount, Fee},
	ids::{AccountIndex, ChainId, Nonce, Owner, Timestamp, TokenId},
	op::{Body, OperationKind, SignedTransaction, Transaction, TransferBody, WithdrawBody},
	poseidon::word_to_bytes,
};

use super::{Session, Token};
use crate::{failure::Failure, wallet::Wallet};

/// For how long a transaction is good, if nobody says otherwise.
const VALID: Duration = Duration::from_secs(3_600);

/// How a transaction is signed.
#[derive(Clone, Debug)]
pub struct Terms {
	/// For how long it is good.
	pub valid: Duration,
	/// What it pays the operator; none: the least that the operator takes.
	pub fee: Option<Fee>,
	/// The pool with this fee in hundredths of a percent, if there are several.
	pub pool_fee: Option<u16>,
	/// The account's nonce; none: the next one.
	pub nonce: Option<Nonce>,
}

impl Default for Terms {
	fn default() -> Self {
		Self { valid: VALID, fee: None, pool_fee: None, nonce: None }
	}
}

/// A signed transaction that is not sent.
#[derive(Clone, Debug)]
pub struct Prepared {
	/// The transaction.
	pub transaction: Transaction,
	/// Its hash.
	pub hash: TransactionHash,
	/// What it pays the operator, in the token of the first debit.
	pub fee: Fee,
	/// What it takes from the accounts that sign.
	pub debits: Vec<Debit>,
}

/// What a transaction takes from an account at most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Debit {
	/// The token.
	pub token: Token,
	/// How much, the fee included.
	pub needed: u128,
	/// What the account has, as of the last block.
	pub there: u128,
}

impl Prepared {
	/// Checks that the balances suffice as of now. What arrives before it is executed is not counted.
	///
	/// # Errors
	///
	/// [`Failure::Failed`] that says what is missing.
	pub fn check_funds(&self) -> Result<(), Failure> {
		for Debit { token, needed, there } in &self.debits {
			if needed > there {
				return Err(Failure::failed(
					format!(
						"this takes {} on {}, and your account has {}; nothing was sent",
						token.show(*needed),
						token.chain_name,
						token.show(*there),
					),
					"deposit more (`ligature deposit`), or send less: the fee comes on top",
				));
			}
		}
		Ok(())
	}
}

/// The account that signs on a chain.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signing {
	pub account: AccountIndex,
	pub nonce: Nonce,
	/// Its balance of the token that was asked for.
	pub balance: u128,
}

impl Signing {
	/// What it is asked for.
	pub fn debit(&self, token: &Token, needed: u128) -> Debit {
		Debit { token: token.clone(), needed, there: self.balance }
	}
}

impl Session {
	/// Signs a transfer to somebody on the same chain.
	///
	/// # Errors
	///
	/// If there is no account that can sign, or the operator does not answer.
	pub async fn transfer(
		&self,
		wallet: &Wallet,
		token: &Token,
		to: Owner,
		amount: Amount,
		terms: &Terms,
	) -> Result<Prepared, Failure> {
		let fee = self.fee(OperationKind::Transfer, token, terms).await?;
		let signing = self.signing(wallet, token, terms).await?;
		let body = TransferBody {
			chain: token.chain,
			account: signing.account,
			nonce: signing.nonce,
			token: token.id,
			receiver: to,
			amount,
			fee,
		};
		let debits = vec![signing.debit(token, amount.get() + fee.get())];
		self.sign(wallet, body, terms, fee, debits)
	}

	/// Signs a withdrawal to an account of the chain.
	///
	/// # Errors
	///
	/// As [`Session::transfer`]; [`Failure::Input`] for shares of a pool.
	pub async fn withdraw(
		&self,
		wallet: &Wallet,
		token: &Token,
		to: Owner,
		amount: Amount,
		terms: &Terms,
	) -> Result<Prepared, Failure> {
		if !token.id.is_l1() {
			return Err(Failure::input(
				format!("{} are shares of a pool, which exist on the ledger only", token.name()),
				"take the liquidity out first: `ligature liquidity remove`",
			));
		}
		let fee = self.fee(OperationKind::Withdraw, token, terms).await?;
		let signing = self.signing(wallet, token, terms).await?;
		let body = WithdrawBody {
			chain: token.chain,
			account: signing.account,
			nonce: signing.nonce,
			token: token.id,
			receiver: to,
			amount,
			fee,
		};
		let debits = vec![signing.debit(token, amount.get() + fee.get())];
		self.sign(wallet, body, terms, fee, debits)
	}

	/// The fee of an operation paid in a token: the one wished for, else the least.
	///
	/// # Errors
	///
	/// If the operator does not answer.
	pub async fn fee(
		&self,
		kind: OperationKind,
		token: &Token,
		terms: &Terms,
	) -> Result<Fee, Failure> {
		if let Some(fee) = terms.fee {
			return Ok(fee);
		}
		let asked = self.operator()?.fee(kind_name(kind).into(), token.chain.0, token.id.0).await;
		let least = asked.map_err(|error| self.trouble(error))?.least;
		Fee::new(least.0).map_err(|_| {
			Failure::failed(
				format!(
					"the operator asks for a fee of {least} units, which no transaction can pay"
				),
				"use another operator, or offer another fee with --fee",
			)
		})
	}

	/// What the account that would sign has of a token, as of the last block.
	///
	/// # Errors
	///
	/// If there is no account that can sign, or the operator does not answer.
	pub async fn balance(&self, wallet: &Wallet, token: &Token) -> Result<u128, Failure> {
		Ok(self.signing(wallet, token, &Terms::default()).await?.balance)
	}

	/// Whether the wallet's accounts on a chain have its key.
	///
	/// # Errors
	///
	/// If the operator does not answer.
	pub async fn key_state(&self, wallet: &Wallet, chain: ChainId) -> Result<KeyState, Failure> {
		let accounts = self.accounts(wallet.owner()).await?;
		let key = key_word(wallet);
		let mut here = accounts.iter().filter(|account| account.chain == chain.0);
		Ok(if here.clone().any(|account| account.key.0 == key) {
			KeyState::Set
		} else if here.any(|account| account.has_key) {
			KeyState::Other
		} else {
			KeyState::Missing
		})
	}

	/// The account of the wallet on the token's chain that can sign: of several that with most of the token.
	pub(super) async fn signing(
		&self,
		wallet: &Wallet,
		token: &Token,
		terms: &Terms,
	) -> Result<Signing, Failure> {
		let accounts = self.accounts(wallet.owner()).await?;
		choose(&accounts, wallet, token, terms.nonce)
	}

	/// Signs a body with the wallet's key. The first debit is in the token of the fee.
	pub(super) fn sign<T>(
		&self,
		wallet: &Wallet,
		body: T,
		terms: &Terms,
		fee: Fee,
		debits: Vec<Debit>,
	) -> Result<Prepared, Failure>
	where
		T: Body,
		Transaction: From<SignedTransaction<T>>,
	{
		let expiry = self.now().saturating_add(terms.valid.as_secs());
		let expiry = Timestamp::new(expiry).map_err(|_| {
			Failure::input("the transaction would never expire", "name a shorter time with --valid")
		})?;
		let signed = SignedTransaction::sign(self.network_id(), expiry, body, wallet.secret());
		let transaction = Transaction::from(signed);
		let hash = TransactionHash(transaction.hash());
		Ok(Prepared { transaction, hash, fee, debits })
	}
}

/// Whether the accounts of an owner on a chain have the wallet's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
	/// One has it.
	Set,
	/// There is no account, or none with a key.
	Missing,
	/// They have another key.
	Other,
}

/// The word of the wallet's key as the operator writes it.
fn key_word(wallet: &Wallet) -> [u8; 32] {
	word_to_bytes(&wallet.secret().key_point().word())
}

/// Chooses among the owner's accounts.
fn choose(
	accounts: &[AccountInfo],
	wallet: &Wallet,
	token: &Token,
	nonce: Option<Nonce>,
) -> Result<Signing, Failure> {
	let key = key_word(wallet);
	let here = || accounts.iter().filter(|account| account.chain == token.chain.0);
	let balance = |account: &AccountInfo| balance_of(account, token.id);
	// The last of equals: the lowest index.
	let best = here().rev().filter(|account| account.key.0 == key).max_by_key(|a| balance(a));
	if let Some(account) = best {
		return Ok(Signing {
			account: AccountIndex::new(account.index).map_err(|_| nonsense())?,
			nonce: nonce.unwrap_or(Nonce(account.next_nonce)),
			balance: balance(account),
		});
	}
	let chain = &token.chain_name;
	Err(match here().max_by_key(|account| balance(account)) {
		None => Failure::failed(
			format!("you have no account on {chain} yet; nothing was sent"),
			format!("make one by a deposit: `ligature deposit AMOUNT TOKEN --chain {chain}`"),
		),
		Some(account) if !account.has_key => Failure::failed(
			format!("your account {} on {chain} has no key yet; nothing was sent", account.index),
			format!("set it: `ligature key set --chain {chain}`, and wait until it is served"),
		),
		Some(account) => Failure::failed(
			format!(
				"your account {} on {chain} has another wallet's key; nothing was sent",
				account.index
			),
			format!(
				"use that wallet, or put this one's key there: `ligature key set --chain {chain}`"
			),
		),
	})
}

/// What an account has of a token.
pub fn balance_of(account: &AccountInfo, token: TokenId) -> u128 {
	let balance = account.balances.iter().find(|balance| balance.token == token.0);
	balance.map_or(0, |balance| balance.amount.0)
}

fn nonsense() -> Failure {
	Failure::failed(
		"the operator names an account that cannot exist",
		"its version may differ; use another operator",
	)
}

/// What the operator calls a kind of operation.
const fn kind_name(kind: OperationKind) -> &'static str {
	match kind {
		OperationKind::Transfer => "transfer",
		OperationKind::Withdraw => "withdraw",
		OperationKind::Swap => "swap",
		OperationKind::AddLiquidity => "addLiquidity",
		OperationKind::RemoveLiquidity => "removeLiquidity",
		OperationKind::Noop
		| OperationKind::Deposit
		| OperationKind::FullExit
		| OperationKind::ChangePubKey
		| OperationKind::CreatePool => "",
	}
}
