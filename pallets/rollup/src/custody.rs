// SPDX-License-Identifier: Apache-2.0

//! Custody: the account that holds the funds, what it owes, and how it pays.
//!
//! Two rules keep it solvent. Whatever comes in is counted as owed by exactly what custody has got;
//! whatever is no longer owed has left custody by exactly that. So `owed ≤ custody` needs no proof but
//! the sum of these steps.

use polkadot_sdk::*;

use alloc::{collections::BTreeSet, vec::Vec};
use frame_support::{
	dispatch::DispatchResult,
	ensure,
	storage::with_storage_layer,
	traits::{
		Get,
		fungible::{Inspect as _, Mutate as _},
		fungibles::{Inspect as _, Mutate as _},
		tokens::Preservation,
	},
};
use frame_system::pallet_prelude::BlockNumberFor;
use ligature_ledger::ChainState;
use ligature_primitives::{
	amount::Amount,
	constants::LP_TOKEN_BASE,
	header::{Digest, Header, chain_list_hash},
	ids::{BlockNumber, ChainId, TokenId},
};
use sp_runtime::{
	DispatchError, TokenError,
	traits::{AccountIdConversion, Zero},
};

use crate::{
	AssetIdOf, Balance, Blocks, ChainListHash, Claims, Config, Error, Event, GenesisHashes,
	Identity, NetworkIdentity, Owed, Pallet, StoredBlock, Token, TokenOf, Tokens,
	traits::OracleEpochs,
};

impl<T: Config> Pallet<T> {
	/// The account that holds the funds.
	pub fn custody_account() -> T::AccountId {
		T::PalletId::get().into_account_truncating()
	}

	/// The identity and the chain-list hash of an open network.
	pub(crate) fn ensure_open() -> Result<(NetworkIdentity, Digest), Error<T>> {
		let identity = Identity::<T>::get().ok_or(Error::NoNetwork)?;
		let chains = ChainListHash::<T>::get().ok_or(Error::NetworkNotOpen)?;
		Ok((identity, chains))
	}

	/// Opens the network: from the genesis hashes of its chains follows block 0.
	pub(crate) fn do_open_network(hashes: GenesisHashes) -> DispatchResult {
		let identity = Identity::<T>::get().ok_or(Error::<T>::NoNetwork)?;
		ensure!(!ChainListHash::<T>::exists(), Error::<T>::NetworkAlreadyOpen);
		let network = identity.network().map_err(Error::<T>::from)?;
		let own = network.position(identity.chain).map_err(Error::<T>::from)?;
		let genesis = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero());
		let different: BTreeSet<_> = hashes.iter().collect();
		ensure!(
			hashes.len() == network.chains().len()
				&& different.len() == hashes.len()
				&& hashes.get(own).is_some_and(|hash| hash[..] == *genesis.as_ref()),
			Error::<T>::WrongChainList
		);
		ensure!(Self::is_funded(&Token::Native), Error::<T>::CustodyNotFunded);
		let (_, member_set_hash) = T::Oracle::epoch_of(BlockNumber(0))?;

		let list: Vec<_> = network.chains().iter().copied().zip(hashes).collect();
		let chain_list_hash = chain_list_hash(network.id(), &list);
		let empty_root = ChainState::new(identity.chain).root();
		let header = Header::genesis(&network, chain_list_hash, member_set_hash, empty_root);
		let now = Self::now();
		let block = StoredBlock {
			hash: header.hash(),
			header,
			committed_at: now,
			certified_at: Some(now),
			creating: 0,
		};
		Blocks::<T>::insert(BlockNumber(0), block);
		ChainListHash::<T>::put(chain_list_hash);
		Self::deposit_event(Event::NetworkOpened { chain_list_hash });
		Ok(())
	}

	/// Registers an asset.
	pub(crate) fn do_register_token(asset: AssetIdOf<T>) -> DispatchResult {
		ensure!(Identity::<T>::exists(), Error::<T>::NoNetwork);
		Self::ensure_not_in_exodus()?;
		let token = Self::add_token(asset.clone())?;
		Self::deposit_event(Event::TokenRegistered { token, asset });
		Ok(())
	}

	/// Gives the next number to an asset whose least balance custody holds: so neither the last unit
	/// that is owed nor the account itself can be lost to the asset's rules for small balances.
	pub(crate) fn add_token(asset: AssetIdOf<T>) -> Result<TokenId, Error<T>> {
		ensure!(T::Assets::asset_exists(asset.clone()), Error::UnknownAsset);
		ensure!(!TokenOf::<T>::contains_key(&asset), Error::TokenAlreadyRegistered);
		let count = Tokens::<T>::count();
		ensure!(count < LP_TOKEN_BASE.into(), Error::TooManyTokens);
		let registered = Token::Asset(asset.clone());
		ensure!(Self::is_funded(&registered), Error::CustodyNotFunded);
		let token = TokenId(count as u16);
		Tokens::<T>::insert(token, registered);
		TokenOf::<T>::insert(asset, token);
		Ok(token)
	}

	/// Takes exactly `amount` of a token into custody, and owes it from now on.
	///
	/// # Errors
	///
	/// [`Error::OwedOverflow`], [`Error::UnknownToken`], those of the token;
	/// [`TokenError::Unsupported`] if custody did not get what was sent.
	pub(crate) fn take(payer: &T::AccountId, token: TokenId, amount: Balance) -> DispatchResult {
		let owed = Owed::<T>::get(token).checked_add(amount).and_then(|sum| Amount::new(sum).ok());
		let owed = owed.ok_or(Error::<T>::OwedOverflow)?;
		Self::move_exactly(token, payer, &Self::custody_account(), amount)?;
		Owed::<T>::insert(token, owed.get());
		Ok(())
	}

	/// Pays `amount` of a token out of custody. If that fails it becomes pending, and stays owed: a
	/// receiver can never stop a block.
	///
	/// # Errors
	///
	/// [`Error::Arithmetic`], if more were paid than is owed. Proofs exclude that: stopping is right.
	pub(crate) fn pay(token: TokenId, who: &T::AccountId, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		ensure!(Owed::<T>::get(token) >= amount, Error::<T>::Arithmetic);
		match Self::pay_now(token, who, amount) {
			Ok(()) => Self::deposit_event(Event::Paid { who: who.clone(), token, amount }),
			Err(error) => {
				let pending = Claims::<T>::get(who, token).checked_add(amount);
				Claims::<T>::insert(who, token, pending.ok_or(Error::<T>::Arithmetic)?);
				Self::deposit_event(Event::PaymentPending {
					who: who.clone(),
					token,
					amount,
					error,
				});
			},
		}
		Ok(())
	}

	/// Pays what is pending for `who`.
	pub(crate) fn do_claim(
		who: &T::AccountId,
		token: TokenId,
		to: Option<T::AccountId>,
	) -> DispatchResult {
		ensure!(Tokens::<T>::contains_key(token), Error::<T>::UnknownToken);
		let amount = Claims::<T>::get(who, token);
		ensure!(amount > 0, Error::<T>::NothingToClaim);
		let to = to.unwrap_or_else(|| who.clone());
		Self::pay_now(token, &to, amount)?;
		Claims::<T>::remove(who, token);
		Self::deposit_event(Event::Claimed { who: who.clone(), to, token, amount });
		Ok(())
	}

	/// Moves `amount` to `to` and owes it no longer, or does nothing.
	fn pay_now(token: TokenId, to: &T::AccountId, amount: Balance) -> DispatchResult {
		let custody = Self::custody_account();
		// A transfer to itself would succeed and move nothing: what a user signed away to custody would
		// silently become a gift. Pending it stays visible, and owed.
		ensure!(*to != custody, Error::<T>::OwnerReserved);
		let owed = Owed::<T>::get(token).checked_sub(amount).ok_or(Error::<T>::Arithmetic)?;
		Self::move_exactly(token, &custody, to, amount)?;
		Owed::<T>::insert(token, owed);
		Ok(())
	}

	/// Transfers to or from custody, whose balance changes by exactly `amount`; or does nothing.
	fn move_exactly(
		token: TokenId,
		from: &T::AccountId,
		to: &T::AccountId,
		amount: Balance,
	) -> DispatchResult {
		let registered = Tokens::<T>::get(token).ok_or(Error::<T>::UnknownToken)?;
		let before = Self::custody_balance(&registered);
		with_storage_layer(|| {
			// Preserved, because neither custody nor an account that can pay fees should end by a payment.
			match &registered {
				Token::Native => {
					T::NativeToken::transfer(from, to, amount, Preservation::Preserve)?
				},
				Token::Asset(asset) => {
					// A user may send all of an asset.
					let preservation = if *from == Self::custody_account() {
						Preservation::Preserve
					} else {
						Preservation::Expendable
					};
					T::Assets::transfer(asset.clone(), from, to, amount, preservation)?
				},
			};
			let moved = Self::custody_balance(&registered).abs_diff(before);
			ensure!(moved == amount, DispatchError::Token(TokenError::Unsupported));
			Ok(())
		})
	}

	/// Whether custody holds the least balance of a token.
	fn is_funded(token: &Token<AssetIdOf<T>>) -> bool {
		let least = match token {
			Token::Native => T::NativeToken::minimum_balance(),
			Token::Asset(asset) => T::Assets::minimum_balance(asset.clone()),
		};
		Self::custody_balance(token) >= least
	}

	/// What custody holds of a token, gifts included.
	pub(crate) fn custody_balance(token: &Token<AssetIdOf<T>>) -> Balance {
		let custody = Self::custody_account();
		match token {
			Token::Native => T::NativeToken::balance(&custody),
			Token::Asset(asset) => T::Assets::balance(asset.clone(), &custody),
		}
	}

	/// The number of this chain.
	pub(crate) fn own_chain() -> Result<ChainId, Error<T>> {
		Identity::<T>::get().map(|identity| identity.chain).ok_or(Error::NoNetwork)
	}
}
