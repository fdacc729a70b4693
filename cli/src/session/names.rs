// SPDX-License-Identifier: Apache-2.0

//! What chains and tokens are called: `alpha` or `1`; `USDT`, `USDT@alpha`, `#2@beta`, `lp:0@alpha`.

use ligature_operator_api::ChainInfo;
use ligature_primitives::ids::{ChainId, PoolSlot, TokenId};

use super::{Session, Token};
use crate::failure::Failure;

impl Session {
	/// A chain by its number or its name: `1`, `Ligature Alpha` or, if no other ends so, `alpha`.
	///
	/// # Errors
	///
	/// [`Failure::Input`] if there is none.
	pub fn chain_named(&self, text: &str) -> Result<ChainId, Failure> {
		let chains = &self.network().chains;
		let by_number = |chain: &&ChainInfo| text.parse() == Ok(chain.id);
		let by_name = |chain: &&ChainInfo| {
			chain.name.eq_ignore_ascii_case(text)
				|| short_name(chains, chain).eq_ignore_ascii_case(text)
		};
		let found = chains.iter().find(by_number).or_else(|| chains.iter().find(by_name));
		found.map(|chain| ChainId(chain.id)).ok_or_else(|| {
			let names: Vec<_> = chains.iter().map(|chain| short_name(chains, chain)).collect();
			Failure::input(
				format!("there is no chain `{text}`"),
				format!("the network has {}", names.join(", ")),
			)
		})
	}

	/// What a chain is called: its short name.
	pub fn chain_name(&self, id: ChainId) -> String {
		let chains = &self.network().chains;
		let chain = chains.iter().find(|chain| chain.id == id.0);
		chain.map_or_else(|| format!("chain {id}"), |chain| short_name(chains, chain))
	}

	/// What is known of a chain.
	///
	/// # Errors
	///
	/// [`Failure::Input`] if it is not in the network.
	pub fn chain_info(&self, id: ChainId) -> Result<&ChainInfo, Failure> {
		self.network().chains.iter().find(|chain| chain.id == id.0).ok_or_else(|| {
			Failure::input(
				format!("chain {id} is not in the network"),
				"`ligature blocks` and `ligature pools` show the network's chains; without the operator, \
				name each chain with --chain-url",
			)
		})
	}

	/// A token by its symbol or number, on the chain that is given in one of the two ways, or on the only one that has
	/// it.
	///
	/// # Errors
	///
	/// [`Failure::Input`] if there is none or several.
	pub fn token(&self, text: &str, chain: Option<ChainId>) -> Result<Token, Failure> {
		let (name, place) = match text.rsplit_once('@') {
			Some((name, place)) => (name, Some(self.chain_named(place)?)),
			None => (text, None),
		};
		let chain = match (place, chain) {
			(Some(place), Some(chain)) if place != chain => {
				return Err(Failure::input(
					format!("`{text}` is not on {}", self.chain_name(chain)),
					"name the chain once, or the same one twice",
				));
			},
			(place, chain) => place.or(chain),
		};
		if let Some(id) = numbered(name) {
			let Some(chain) = chain else {
				return Err(Failure::input(
					format!("`{text}` does not say on which chain"),
					format!("numbers differ between chains: write {name}@CHAIN"),
				));
			};
			self.chain_info(chain)?;
			return Ok(self.token_of(chain, id));
		}
		let found: Vec<Token> = self
			.network()
			.chains
			.iter()
			.filter(|info| chain.is_none_or(|chain| chain.0 == info.id))
			.flat_map(|info| info.tokens.iter().map(|token| (info.id, token)))
			.filter(|(_, token)| token.symbol.eq_ignore_ascii_case(name))
			.map(|(chain, token)| self.token_of(ChainId(chain), TokenId(token.id)))
			.collect();
		match &found[..] {
			[token] => Ok(token.clone()),
			[] => Err(Failure::input(
				format!("there is no token `{text}`"),
				format!("there are {}", self.all_tokens(chain)),
			)),
			[first, ..] if chain.is_none() => Err(Failure::input(
				format!("`{text}` is on several chains"),
				format!("say which: {}", self.all_named(&first.symbol)),
			)),
			[..] => Err(Failure::input(
				format!("several tokens are called `{text}`"),
				"a symbol is a claim of its asset: name the token by its number, as #1@CHAIN",
			)),
		}
	}

	/// A token by its number. What nobody knows is called by its number.
	pub fn token_of(&self, chain: ChainId, id: TokenId) -> Token {
		let known = self.network().chains.iter().find(|info| info.id == chain.0);
		let known = known.and_then(|info| info.tokens.iter().find(|token| token.id == id.0));
		let chain_name = self.chain_name(chain);
		match (known, id.lp_slot()) {
			(Some(token), _) => Token {
				chain,
				chain_name,
				id,
				asset: token.asset,
				symbol: token.symbol.clone(),
				decimals: token.decimals,
			},
			(None, Some(slot)) => {
				let symbol = format!("lp:{slot}");
				Token { chain, chain_name, id, asset: None, symbol, decimals: 0 }
			},
			(None, None) => {
				let symbol = format!("#{id}");
				Token { chain, chain_name, id, asset: None, symbol, decimals: 0 }
			},
		}
	}

	fn all_tokens(&self, chain: Option<ChainId>) -> String {
		let chains = self.network().chains.iter();
		let names: Vec<_> = chains
			.filter(|info| chain.is_none_or(|chain| chain.0 == info.id))
			.flat_map(|info| {
				let name = self.chain_name(ChainId(info.id));
				info.tokens.iter().map(move |token| format!("{}@{name}", token.symbol))
			})
			.collect();
		names.join(", ")
	}

	fn all_named(&self, symbol: &str) -> String {
		let chains = self.network().chains.iter();
		let names: Vec<_> = chains
			.filter(|info| info.tokens.iter().any(|token| token.symbol == symbol))
			.map(|info| format!("{symbol}@{}", self.chain_name(ChainId(info.id))))
			.collect();
		names.join(", ")
	}
}

/// `#3` is token 3, `lp:0` the shares of the pool in slot 0.
fn numbered(name: &str) -> Option<TokenId> {
	if let Some(number) = name.strip_prefix('#') {
		return number.parse().ok().map(TokenId).filter(|id| id.is_valid());
	}
	let slot = name.strip_prefix("lp:").or_else(|| name.strip_prefix("LP:"))?;
	TokenId::lp(PoolSlot(slot.parse().ok()?))
}

/// The last word of a chain's name in lower case, if no other chain's name ends so; else the whole name.
fn short_name(chains: &[ChainInfo], chain: &ChainInfo) -> String {
	fn last(name: &str) -> String {
		name.split_whitespace().next_back().unwrap_or(name).to_ascii_lowercase()
	}
	let short = last(&chain.name);
	let alone = chains.iter().all(|other| other.id == chain.id || last(&other.name) != short);
	if alone && !short.is_empty() && short.parse::<u8>().is_err() {
		short
	} else {
		chain.name.clone()
	}
}
