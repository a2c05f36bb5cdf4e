using RnnActors.Data.Tests.Files;
using RnnActors.Tests;
using Xunit;

namespace RnnActors.Data.Tests.Tables;

/// <summary>
/// Heads of pages of files that afl-fuzz found tell a length of 256 MB, which the library allocated; of the last file, lists of lists of 2^31 truth values,
/// which take no byte and hold it up for hours.
/// </summary>
public sealed class ParquetFooterTests
{
    public static TheoryData<string> Found =>
    [
        "UEFSMRUAFTAVLCwVBhUAFQYVBhwYCADi////AAA9GAgAAAAAAQT4PwUHKAAAQAAAAAAAAPj/FQIZLEgE+D8AAAAYAAPoAAD4PxYAKAgAAAAAAAAAQBiAAAAK"
            + "AAAAcm9vGRwZHCYIHBUKGSUABhYYAXhlNTkpACgoAAAAAAD4PwAAABaqARYGNqYBAChKUGFycXVldC5OZXQgdmVyc3lvbiA2LjEuMCAoYgAAAEAYCAAAAAAA"
            + "APg/AAAAGAAABQEE+BgIAAAAAAAA+D8WKCgoKCgoKCgoKCgoxwAAAFBBUjE=",
        "UEFSMRUAFTAVLCwVBhUAFQYVBhwYCAAAAAAAAABAGAgAAAAAAAD4PxYAKPD///8AAAAAQBgIAAAAAAAA+D8AAAAYAAAFAQT4PwUHKAAAQAAAAAAAAPj/FQIZ"
            + "LEgEcm9vdBUCABUKJQAYAXgAFgYZHBkcJggcFQoZJQAGGRgBeBUCFgYWqgEWpgEmCDwYCAAAAAAAAABAGAgAAAAAAAB4PxYAKAgAAAAAAAAAQBgIAAAAAAAA"
            + "+D8AAAAWqgEWBjamAQAoSlBhcnF1ZXQuTmV0IHZlcnNpb24gNi4xLjAgKGJ1aWxkIGMxNzlkOTdiZDI1NDliNWY0NGE5MjQxZTcyOWY4NjlkNDk0N2VlNTkp"
            + "ALgAAABQQVIx",
        "UEFSMRUAFTAVLCwVBhUAFQYVBhwYCAAAAAAAAABAGAgAAAAAAAD4PxYAKAgAAAAAAAAAQBgIAAAAAAAA+D8AAAko+f////8H8f////8H8f////8H8f////8H8f//"
            + "//8H8f////8H8f////8H8f////8H8f////8H8f////8H8f////8H8f////8H8f////8H8f////8H8f////8H8f////8H8f////8H8f////8H8f////8H8f////8H"
            + "8f////8HABgAAAUBBPg/BQcoAABAAAAAAAAA+P8VAhksSARyb290FQIAFQolABgBeAAWBhkcGRwmCBwVChklAAYZGAF4FQIWBhaqARamASYIPBgIAAAAAAAAAEAY"
            + "CAAAAAAAAPg/FgAoCAAAAAAAAABAGAgAAAAAAAD4PwAAABaqARYGNqYBAChKUGFycXVldC5OZXQgdmVyc2lvbiA2LjEuMCAoYnVpbGQgYzE3OWQ5N2JkMjU0OWI1"
            + "ZjQ0YTkyNDFlNzI5Zjg2OWQ0OTQ3ZWU1OSkAuAAAAFBBUjE=",
    ];

    [Theory]
    [MemberData(nameof(Found))]
    public void A_length_in_the_head_of_a_page_is_held_to_the_file(string found)
    {
        using HostileFolder folder = new(HostileFormat.Find(DataFormats.All, "parquet"));
        Assert.Null(folder.Judge(Convert.FromBase64String(found)));
        Assert.Equal(1, folder.Refused);
    }
}
