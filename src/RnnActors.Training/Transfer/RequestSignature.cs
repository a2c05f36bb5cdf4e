using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using RnnActors.Core.Problems;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Transfer;

/// <summary>Signatures of clients' messages, by the keys of their certificates: ECDSA, or RSA with PSS, over SHA-256.</summary>
internal static class RequestSignature
{
    /// <summary>A part of what is signed, so that a signature for another purpose is not valid here.</summary>
    private const string Purpose = "rnnactors client request 1";

    private static readonly HashAlgorithmName Hash = HashAlgorithmName.SHA256;

    /// <exception cref="InvalidInputException">The key is of another kind.</exception>
    public static SignedRequest Sign(TlsCredentials credentials, byte[] session, long sequence, string answerTo, IWireMessage message)
    {
        SignedRequest request = new(session, sequence, answerTo, WireSerializer.Pack(message), credentials.Presented, []);
        byte[] bytes = BytesOf(request);
        using ECDsa? elliptic = credentials.Certificate.GetECDsaPrivateKey();
        if (elliptic is not null) return request with { Signature = elliptic.SignData(bytes, Hash) };
        using RSA? rsa = credentials.Certificate.GetRSAPrivateKey();
        if (rsa is not null) return request with { Signature = rsa.SignData(bytes, Hash, RSASignaturePadding.Pss) };
        throw new InvalidInputException(
            $"The key of {credentials.Certificate.Subject} is neither an elliptic curve's nor RSA", "Make it with deploy/certificates.sh");
    }

    public static bool IsBy(X509Certificate2 certificate, SignedRequest request)
    {
        try
        {
            byte[] bytes = BytesOf(request);
            using ECDsa? elliptic = certificate.GetECDsaPublicKey();
            if (elliptic is not null) return elliptic.VerifyData(bytes, request.Signature, Hash);
            using RSA? rsa = certificate.GetRSAPublicKey();
            return rsa?.VerifyData(bytes, request.Signature, Hash, RSASignaturePadding.Pss) == true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>The bytes that are signed; each part is preceded by its length.</summary>
    private static byte[] BytesOf(SignedRequest request)
    {
        using MemoryStream bytes = new();
        using BinaryWriter writer = new(bytes, Encoding.UTF8);
        writer.Write(Purpose);
        writer.Write(request.Session.Length);
        writer.Write(request.Session);
        writer.Write(request.Sequence);
        writer.Write(request.AnswerTo);
        writer.Write(request.Message.Length);
        writer.Write(request.Message);
        return bytes.ToArray();
    }
}
