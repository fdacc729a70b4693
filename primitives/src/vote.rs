// SPDX-License-Identifier: Apache-2.0

//! What oracles sign, and the certificates that chains accept (section 12.4 of `docs/protocol.md`).

use ark_ff::AdditiveGroup;
use ark_std::vec::Vec;
use codec::Encode as _;

use crate::{
	bytes::{Fixed, take, take_u32},
	digest::Digest,
	header::Header,
	ids::{BlockNumber, ChainId, NetworkId},
	poseidon::{Word, word_from_bytes, word_to_bytes},
	refusal::Refusal,
	scale::scale_as_bytes,
};

/// Bytes of a vote's message.
pub const MESSAGE_BYTES: usize = 165;

/// What a vote says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VoteKind {
	/// The header is proven and finalized on all chains.
	Block,
	/// The named chain shall never prove the header.
	Refuse,
	/// The certificate of a refusal is finalized on the named chain.
	Refused,
	/// Freeze at this block, which is proven on all chains.
	Freeze,
	/// The first chain of the network has fixed the freeze block, finalized.
	Frozen,
}

impl VoteKind {
	/// All kinds.
	pub const ALL: [Self; 5] =
		[Self::Block, Self::Refuse, Self::Refused, Self::Freeze, Self::Frozen];

	/// The first 16 bytes of the message.
	pub const fn tag(self) -> &'static [u8; 16] {
		match self {
			Self::Block => b"ligature/block\0\0",
			Self::Refuse => b"ligature/refuse\0",
			Self::Refused => b"ligature/refused",
			Self::Freeze => b"ligature/freeze\0",
			Self::Frozen => b"ligature/frozen\0",
		}
	}
}

/// The message that a member signs with ed25519.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoteMessage {
	/// What it says.
	pub kind: VoteKind,
	/// The network.
	pub network: NetworkId,
	/// The oracles' epoch that the header names.
	pub oracle_epoch: u32,
	/// That epoch's members.
	pub member_set_hash: Digest,
	/// The header's revert epoch.
	pub revert_epoch: u32,
	/// The chain that a refusal is about, the first chain for *frozen*, else 0.
	pub chain: ChainId,
	/// The block's number.
	pub number: BlockNumber,
	/// The header hash.
	pub hash: Digest,
	/// For *block*, the final root before; else 0.
	pub old_final_root: Word,
	/// For *block*, the final root after; else 0.
	pub new_final_root: Word,
}

impl VoteMessage {
	/// "This header is proven and finalized on all chains."
	pub fn block(header: &Header) -> Self {
		Self {
			old_final_root: header.old_final_root(),
			new_final_root: header.final_root(),
			..Self::about(VoteKind::Block, ChainId(0), header)
		}
	}

	/// Any other vote about a header: `chain` is the refusing chain, the network's first chain for
	/// *frozen*, and 0 for *freeze*.
	pub fn about(kind: VoteKind, chain: ChainId, header: &Header) -> Self {
		Self {
			kind,
			network: header.network,
			oracle_epoch: header.oracle_epoch,
			member_set_hash: header.member_set_hash,
			revert_epoch: header.revert_epoch,
			chain,
			number: header.number,
			hash: header.hash(),
			old_final_root: Word::ZERO,
			new_final_root: Word::ZERO,
		}
	}

	/// The bytes that are signed: [`MESSAGE_BYTES`].
	pub fn encode(&self) -> Vec<u8> {
		let mut out = Vec::with_capacity(MESSAGE_BYTES);
		out.extend(self.kind.tag());
		self.network.put(&mut out);
		out.extend(self.oracle_epoch.to_be_bytes());
		out.extend(self.member_set_hash);
		out.extend(self.revert_epoch.to_be_bytes());
		self.chain.put(&mut out);
		self.number.put(&mut out);
		out.extend(self.hash);
		out.extend(word_to_bytes(&self.old_final_root));
		out.extend(word_to_bytes(&self.new_final_root));
		out
	}

	/// Reads what [`VoteMessage::encode`] wrote and nothing else.
	///
	/// # Errors
	///
	/// [`Refusal::BadLength`], [`Refusal::UnknownKind`], [`Refusal::WordNotCanonical`].
	pub fn decode(bytes: &[u8]) -> Result<Self, Refusal> {
		if bytes.len() != MESSAGE_BYTES {
			return Err(Refusal::BadLength);
		}
		let mut bytes = bytes;
		Self::take(&mut bytes)
	}

	fn take(input: &mut &[u8]) -> Result<Self, Refusal> {
		let tag: [u8; 16] = take(input)?;
		Ok(Self {
			kind: VoteKind::ALL
				.into_iter()
				.find(|kind| *kind.tag() == tag)
				.ok_or(Refusal::UnknownKind)?,
			network: Fixed::take(input)?,
			oracle_epoch: take_u32(input)?,
			member_set_hash: take(input)?,
			revert_epoch: take_u32(input)?,
			chain: Fixed::take(input)?,
			number: Fixed::take(input)?,
			hash: take(input)?,
			old_final_root: word_from_bytes(&take(input)?)?,
			new_final_root: word_from_bytes(&take(input)?)?,
		})
	}

	/// Whether one member's signatures under both messages prove that it broke the rules, whatever
	/// the order in which it signed. (That a freeze fell from a higher one, two messages alone do
	/// not show.)
	pub fn contradicts(&self, other: &Self) -> bool {
		let same_set = (self.network, self.oracle_epoch, self.member_set_hash)
			== (other.network, other.oracle_epoch, other.member_set_hash);
		let one_way = |a: &Self, b: &Self| match (a.kind, b.kind) {
			(VoteKind::Block, VoteKind::Block) => {
				(a.number, a.revert_epoch) == (b.number, b.revert_epoch) && a.hash != b.hash
			},
			(VoteKind::Block, VoteKind::Refused) => (a.number, a.hash) == (b.number, b.hash),
			(VoteKind::Block, VoteKind::Freeze) => a.number > b.number,
			_ => false,
		};
		same_set && (one_way(self, other) || one_way(other, self))
	}
}

scale_as_bytes!(VoteMessage, MESSAGE_BYTES);

/// The least number of signers of `members` that is more than two thirds.
pub const fn threshold(members: u32) -> u32 {
	(2 * members as u64 / 3 + 1) as u32
}

/// A message with the signatures of members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
	/// What was signed.
	pub message: VoteMessage,
	/// The signers' places in the ascending list of members, strictly ascending, and their ed25519
	/// signatures.
	pub signatures: Vec<(u16, [u8; 64])>,
}

impl Certificate {
	/// The bytes: message, bitmap of the signers among `members`, signatures.
	///
	/// # Errors
	///
	/// [`Refusal::BadCertificate`] if the signers do not strictly ascend or are not members.
	pub fn encode(&self, members: u16) -> Result<Vec<u8>, Refusal> {
		let mut bitmap = ark_std::vec![0u8; usize::from(members).div_ceil(8)];
		let mut next = 0u32;
		for (signer, _) in &self.signatures {
			if u32::from(*signer) < next || *signer >= members {
				return Err(Refusal::BadCertificate);
			}
			bitmap[usize::from(signer / 8)] |= 1 << (signer % 8);
			next = u32::from(*signer) + 1;
		}
		let mut out = self.message.encode();
		out.extend(bitmap);
		self.signatures.iter().for_each(|(_, signature)| out.extend(signature));
		Ok(out)
	}

	/// Reads the certificate of an epoch with so many members; accepts what
	/// [`Certificate::encode`] writes and nothing else. The signatures are not checked.
	///
	/// # Errors
	///
	/// [`Refusal::UnknownKind`] and [`Refusal::WordNotCanonical`] of the message,
	/// [`Refusal::BadCertificate`] for the rest.
	pub fn decode(bytes: &[u8], members: u16) -> Result<Self, Refusal> {
		let (message, rest) =
			bytes.split_at_checked(MESSAGE_BYTES).ok_or(Refusal::BadCertificate)?;
		let (bitmap, rest) = rest
			.split_at_checked(usize::from(members).div_ceil(8))
			.ok_or(Refusal::BadCertificate)?;
		let signs = |member: u32| bitmap[member as usize / 8] >> (member % 8) & 1 == 1;
		let bits = 8 * bitmap.len() as u32;
		let (signatures, odd) = rest.as_chunks::<64>();
		let signers: Vec<u16> = (0..members).filter(|member| signs((*member).into())).collect();
		let unused = (members.into()..bits).any(signs);
		if unused || !odd.is_empty() || signers.len() != signatures.len() {
			return Err(Refusal::BadCertificate);
		}
		Ok(Self {
			message: VoteMessage::decode(message)?,
			signatures: signers.into_iter().zip(signatures.iter().copied()).collect(),
		})
	}

	/// Checks that more than two thirds of the members signed, with `verify(key, message,
	/// signature)` as the check of one ed25519 signature.
	///
	/// # Errors
	///
	/// [`Refusal::NotEnoughSigners`]; [`Refusal::BadCertificate`] if a signature does not verify.
	pub fn check(
		&self,
		members: &[[u8; 32]],
		mut verify: impl FnMut(&[u8; 32], &[u8], &[u8; 64]) -> bool,
	) -> Result<(), Refusal> {
		if self.signatures.len() < threshold(members.len() as u32) as usize {
			return Err(Refusal::NotEnoughSigners);
		}
		let message = self.message.encode();
		let mut next = 0u32;
		for (signer, signature) in &self.signatures {
			let key = members.get(usize::from(*signer)).ok_or(Refusal::BadCertificate)?;
			if u32::from(*signer) < next || !verify(key, &message, signature) {
				return Err(Refusal::BadCertificate);
			}
			next = u32::from(*signer) + 1;
		}
		Ok(())
	}
}
