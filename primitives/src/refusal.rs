// SPDX-License-Identifier: Apache-2.0

//! The named reasons for which anything is refused (section 13 of `docs/protocol.md`).
//!
//! A refusal's number never changes: chains, services and wallets exchange it. In SCALE a refusal
//! *is* its number (`u16`).

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::poseidon::NonCanonicalWord;

/// Declares [`Refusal`] from one table of number, name and message.
macro_rules! refusals {
	($($code:literal $name:ident $message:literal;)*) => {
		/// Why an operation, a byte string, a header or a request was rejected. A rejected thing
		/// leaves no trace.
		#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
		#[repr(u16)]
		#[non_exhaustive]
		pub enum Refusal {
			$(
				#[doc = concat!("Refusal ", stringify!($code), ": ", $message, ".")]
				#[error($message)]
				$name = $code,
			)*
		}

		impl Refusal {
			/// Every refusal, in the order of the numbers.
			pub const ALL: &'static [Self] = &[$(Self::$name),*];

			/// The stable number.
			pub const fn code(self) -> u16 {
				self as u16
			}

			/// The refusal of this number, if there is one.
			pub const fn from_code(code: u16) -> Option<Self> {
				match code {
					$($code => Some(Self::$name),)*
					_ => None,
				}
			}

			/// The stable name, as the protocol writes it.
			pub const fn name(self) -> &'static str {
				match self {
					$(Self::$name => stringify!($name),)*
				}
			}
		}
	};
}

refusals! {
	1 UnexpectedEnd "the bytes end before the value does";
	2 UnknownHead "no half of public data begins with this byte";
	3 NonCanonicalAmount "the amount has another, canonical encoding";
	4 NonCanonicalFee "the fee has another, canonical encoding";
	5 NonCanonicalToken "a transfer of a token below 64 has a head of its own";
	6 BadFlags "a flag is set that this half does not have, or \"new\" without \"applied\"";
	7 RegisterOutOfRange "the half names a pool that is not among the block's registers";
	8 RegisterOrder "the registers' slots do not strictly ascend";
	9 UnusedRegister "no half of the block touches this register";
	10 NoHalves "public data that is not empty holds at least one half";
	11 BadExit "an exit of no shares pays nothing";
	12 BadLength "the length is not the one that the format has";
	13 WordNotCanonical "the 32 bytes are not below the order of the field";
	14 ChainOrder "the chains do not stand in strictly ascending order";
	15 ChainCount "a network has 2 to 4 chains, and the header lists all of them";
	16 UnknownClass "there is no such size class or join class (0 to 4)";
	17 TrailingBytes "bytes remain after the end of the value";
	18 UnknownKind "there is no operation or request of this kind";

	40 AmountTooLarge "the amount is not below 2^112";
	41 FeeTooLarge "the fee is not below 2^80";
	42 TokenOutOfRange "the token's id is outside the range that is allowed here";
	43 IndexTooLarge "the account index is not below 2^24";
	44 TimeTooLarge "the time is not below 2^40 seconds";
	45 OwnerZero "the owner is 32 zero bytes";
	46 KeyNotCanonical "the key is not the canonical encoding of a curve point";
	47 KeyNotInSubgroup "the key is not in the prime-order subgroup";
	48 KeyIsIdentity "the key is the identity";
	49 BadPoolParams "the pool's chains, tokens or fee are not allowed";
	50 WrongSide "the side is not one of the pool, or lies on another chain";
	51 BadDirection "the direction of a swap is 0 or 1";
	52 AmountZero "the amount is zero";
	53 OwnerReserved "the account belongs to the system and cannot own funds on L2";

	60 UnknownChain "the chain is not in the network";
	61 WrongVersion "the format version is not the one in use";
	62 WrongNetwork "this was made for another network";
	63 Expired "the transaction expired before the block's time";
	64 FeeTokensFull "the block takes fees in 4 other tokens already; it fits a later block";
	65 FeeAccountMissing "the block's fee account does not exist on this chain";
	66 AccountMissing "the account does not exist on this chain";
	67 KeyUnset "the account has no key; set one with ChangePubKey on L1";
	68 WrongKey "the key that signed is not the account's";
	69 NonceMismatch "the nonce is not the account's next one";
	70 NonceExhausted "the account has spent all its nonces";
	71 BadSignature "the signature does not verify";
	72 InsufficientBalance "the balance is smaller than the amount and its fee";
	73 ReceiverMissing "the receiving account does not exist on this chain";
	74 OwnerMismatch "the account belongs to another owner";
	75 TreeFull "no account index is left for this operation";
	76 BalanceOverflow "the receiving balance would reach 2^112";
	77 OwedOverflow "the total owed in this token would reach 2^112";
	78 WrongTarget "the operation goes to another account than the one requested";

	100 PoolMissing "the pool does not exist on both of its chains";
	101 PoolEmpty "the pool has no liquidity";
	102 MinOutZero "a swap asks for at least 1";
	103 SharesZero "the number of shares is zero";
	104 SlippageExceeded "the pool pays less than the signed minimum";
	105 LimitExceeded "the pool asks for more than the signed maximum";
	106 InsufficientLiquidity "the first liquidity is worth less than the shares and the 1000 locked ones";
	107 ReserveOverflow "a reserve of the pool would reach 2^112";
	108 SupplyOverflow "the pool's supply of shares would reach 2^112";
	109 FeeAboveAmount "the fee is larger than the amount that would pay it";
	110 WrongPoolSlot "the slot is not the chain's next pool slot";
	111 PoolsFull "all 512 pool slots of the chain are taken";
	112 PoolExists "the chain has a leaf of this pool and side already";

	130 TooManyPools "the block touches 8 other pools on this chain already; it fits a later block";
	131 BlockFull "the block's slots on this chain are full";
	132 JoinFull "the block's joint operations are full";
	133 DataFull "the public data is longer than its class allows";

	150 RootMismatch "replay gives another root or next index than the header";
	151 BadEmptyHalf "a half without public data has to leave its chain as it was";
	152 BadJoinClass "the join class does not fit the number of joint operations";
	153 WrongNumber "the block's number is not the next one";
	154 WrongParent "the header's parent is not the block before it";
	155 WrongRevertEpoch "the header's revert epoch is not this chain's";
	156 WrongOracleEpoch "the header's oracle epoch or member set is not the scheduled one";
	157 TimestampOrder "the block is older than its parent";
	158 TimestampTooLate "the block is more than 60 seconds ahead of this chain's clock";
	159 TimestampTooEarly "the block is more than an hour behind this chain's clock";
	160 UnknownKeys "the circuit version or the keys of the header are not in use";
	161 OldStateMismatch "the header's old root or next index is not what its parent left";
	162 DataLength "the public data has another length than the header says";
	163 CommitmentMismatch "the public data has another commitment than the header says";
	164 PriorityMismatch "the priority operations are not the next requests of the queue";
	165 PriorityMissing "there are more priority operations than requests in the queue";
	166 UnknownToken "the token is not registered on this chain";
	167 KeyNotByOwner "only the owner's own deposit may set a key";

	200 NotEnoughSigners "the certificate is not signed by more than two thirds of the members";
	201 BadCertificate "the certificate's form or one of its signatures is wrong";
	202 WrongEpoch "the certificate belongs to another oracle epoch";
	210 ExitNotOpen "exits are not open on this chain";
	211 AlreadyClaimed "this was claimed before";
	212 BadPath "the path does not lead from the leaf to the root";
	213 WrongRoot "the root is not the freeze block's";
}

impl From<NonCanonicalWord> for Refusal {
	fn from(_: NonCanonicalWord) -> Self {
		Self::WordNotCanonical
	}
}

impl Encode for Refusal {
	fn size_hint(&self) -> usize {
		2
	}

	fn using_encoded<R, F: FnOnce(&[u8]) -> R>(&self, f: F) -> R {
		self.code().using_encoded(f)
	}
}

impl Decode for Refusal {
	fn decode<I: codec::Input>(input: &mut I) -> Result<Self, codec::Error> {
		Self::from_code(u16::decode(input)?).ok_or_else(|| "unknown refusal".into())
	}
}

impl DecodeWithMemTracking for Refusal {}

impl MaxEncodedLen for Refusal {
	fn max_encoded_len() -> usize {
		u16::max_encoded_len()
	}
}

impl TypeInfo for Refusal {
	type Identity = u16;

	fn type_info() -> scale_info::Type {
		u16::type_info()
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	/// Reads the table of section 13: every `number Name` between its heading and the next.
	fn document() -> Vec<(u16, String)> {
		let text = include_str!("../../docs/protocol.md");
		let section = text.split("\n## 13. Refusals").nth(1).expect("section 13 exists");
		let section = section.split("\n## ").next().expect("split gives a first part");
		section
			.lines()
			.filter(|line| line.starts_with("| ") && !line.starts_with("| range"))
			.flat_map(|line| line.split('|').nth(2).expect("second column").split(','))
			.map(|item| {
				let mut parts = item.split_whitespace();
				let code = parts.next().expect("a number").parse().expect("a number");
				(code, parts.next().expect("a name").to_string())
			})
			.collect()
	}

	#[test]
	fn names_and_numbers_equal_the_document() {
		let ours: Vec<_> = Refusal::ALL.iter().map(|r| (r.code(), r.name().to_string())).collect();
		assert_eq!(ours, document());
	}

	#[test]
	fn scale_form_is_the_number() {
		for refusal in Refusal::ALL {
			assert_eq!(refusal.encode(), refusal.code().encode());
			assert_eq!(Refusal::decode(&mut &refusal.encode()[..]), Ok(*refusal));
			assert_eq!(Refusal::from_code(refusal.code()), Some(*refusal));
			assert_eq!(format!("{refusal:?}"), refusal.name());
		}
		assert!(Refusal::decode(&mut &19u16.encode()[..]).is_err());
		assert_eq!(Refusal::from_code(0), None);
	}
}
