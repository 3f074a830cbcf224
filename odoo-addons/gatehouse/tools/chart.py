"""A small bar chart as PNG, for mails: no mail client draws anything but pictures."""

import io

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT, MARGIN, FOOT = 560, 180, 36, 40
INK, PALE = (60, 60, 67), (225, 225, 230)


def bars(days, series):
    """Grouped bars.

    :param days: labels of the groups
    :param series: [(name, (red, green, blue), [value of each day])]
    :return: PNG bytes
    """
    picture = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(11)
    top = max([1, *(value for _name, _colour, values in series for value in values)])
    floor, height = HEIGHT - FOOT, HEIGHT - FOOT - 16
    for share in (0.5, 1.0):
        level = floor - share * height
        draw.line([(MARGIN, level), (WIDTH - 8, level)], fill=PALE)
        draw.text((4, level - 7), f"{top * share:g}", fill=INK, font=font)
    group = (WIDTH - MARGIN - 8) / max(1, len(days))
    width = group * 0.8 / max(1, len(series))
    for index, day in enumerate(days):
        left = MARGIN + index * group + group * 0.1
        for number, (_name, colour, values) in enumerate(series):
            size = values[index] / top * height
            draw.rectangle([left + number * width, floor - size, left + (number + 1) * width - 2, floor], fill=colour)
        if index % 2 == 0:
            draw.text((left, floor + 4), day, fill=INK, font=font)
    draw.line([(MARGIN, floor), (WIDTH - 8, floor)], fill=INK)
    left = MARGIN
    for name, colour, _values in series:
        draw.rectangle([left, HEIGHT - 16, left + 10, HEIGHT - 6], fill=colour)
        draw.text((left + 15, HEIGHT - 18), name, fill=INK, font=font)
        left += 30 + draw.textlength(name, font=font)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
